package dev.sallyport;

import java.io.IOException;

/** A process that the policy does not let this agent start. */
public final class ProcessDeniedException extends IOException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient Denial denial;

    public ProcessDeniedException(Denial denial) {
        super(denial.message());
        this.denial = denial;
    }

    @Override
    public Denial denial() {
        return denial;
    }

    @Override
    public String toString() {
        return denial.describe(this);
    }
}
