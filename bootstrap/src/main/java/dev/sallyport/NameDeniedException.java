package dev.sallyport;

import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** A name that the policy does not let this agent ask for. */
public final class NameDeniedException extends UnknownHostException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Denial denial;

    public NameDeniedException(Denial denial) {
        super(denial.message());
        this.denial = denial;
        denial.report(this);
    }

    @Override
    public Denial denial() {
        return Denial.orUnknown(denial, this);
    }
}
