package dev.sallyport;

import java.net.ConnectException;

/** A connection, a datagram or a request that the policy refused. */
public final class EgressDeniedException extends ConnectException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient Denial denial;

    public EgressDeniedException(Denial denial) {
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
