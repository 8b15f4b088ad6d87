package dev.sallyport;

import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** A connection, a datagram or a request that the policy refused. */
public final class EgressDeniedException extends ConnectException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Denial denial;

    public EgressDeniedException(Denial denial) {
        super(denial.message());
        this.denial = denial;
        denial.report(this);
    }

    @Override
    public Denial denial() {
        return Denial.orUnknown(denial, this);
    }
}
