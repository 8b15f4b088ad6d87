package dev.sallyport;

import java.net.UnknownHostException;

/** A name that the policy does not let this agent ask for. */
public final class NameDeniedException extends UnknownHostException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient Denial denial;

    public NameDeniedException(Denial denial) {
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
