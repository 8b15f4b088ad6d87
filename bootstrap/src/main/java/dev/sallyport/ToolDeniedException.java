package dev.sallyport;

import org.jspecify.annotations.Nullable;

/** A tool call that the policy refused, where no framework is there to hand the refusal to the model. */
public final class ToolDeniedException extends RuntimeException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Denial denial;

    public ToolDeniedException(Denial denial) {
        super(denial.message());
        this.denial = denial;
        denial.report(this);
    }

    @Override
    public Denial denial() {
        return Denial.orUnknown(denial, this);
    }
}
