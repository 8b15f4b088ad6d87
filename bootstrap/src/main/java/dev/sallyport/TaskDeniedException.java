package dev.sallyport;

import org.jspecify.annotations.Nullable;

/** A task that the policy does not let the calling agent start so. */
public final class TaskDeniedException extends RuntimeException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Denial denial;

    public TaskDeniedException(Denial denial) {
        super(denial.message());
        this.denial = denial;
        denial.report(this);
    }

    @Override
    public Denial denial() {
        return Denial.orUnknown(denial, this);
    }
}
