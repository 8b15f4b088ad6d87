package dev.sallyport;

/** An agent that the policy does not let the calling agent enter. */
public final class DelegationDeniedException extends RuntimeException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient Denial denial;

    public DelegationDeniedException(Denial denial) {
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
