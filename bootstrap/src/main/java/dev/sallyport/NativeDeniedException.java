package dev.sallyport;

import org.jspecify.annotations.Nullable;

/** A native library that the policy does not let this agent load. */
public final class NativeDeniedException extends UnsatisfiedLinkError implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Denial denial;

    public NativeDeniedException(Denial denial) {
        super(denial.message());
        this.denial = denial;
        denial.report(this);
    }

    @Override
    public Denial denial() {
        return Denial.orUnknown(denial, this);
    }
}
