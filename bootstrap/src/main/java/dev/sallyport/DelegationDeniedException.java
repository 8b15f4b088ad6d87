package dev.sallyport;

import org.jspecify.annotations.Nullable;

/** An agent that the policy does not let the calling agent enter. */
public final class DelegationDeniedException extends RuntimeException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Denial denial;

    public DelegationDeniedException(Denial denial) {
        super(denial.message());
        this.denial = denial;
        denial.report(this);
    }

    @Override
    public Denial denial() {
        return Denial.orUnknown(denial, this);
    }
}
