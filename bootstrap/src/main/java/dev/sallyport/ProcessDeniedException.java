package dev.sallyport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A process that the policy does not let this agent start. */
public final class ProcessDeniedException extends IOException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Denial denial;

    public ProcessDeniedException(Denial denial) {
        super(denial.message());
        this.denial = denial;
        denial.report(this);
    }

    @Override
    public Denial denial() {
        return Denial.orUnknown(denial, this);
    }
}
