package dev.sallyport;

import org.jspecify.annotations.Nullable;

/** A door into the JDK, or to the gate itself, that stays shut: what code reaches for by {@code Unsafe} and the like. */
public final class InternalsDeniedException extends UnsupportedOperationException implements Denied {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Denial denial;

    public InternalsDeniedException(Denial denial) {
        super(denial.message());
        this.denial = denial;
        denial.report(this);
    }

    @Override
    public Denial denial() {
        return Denial.orUnknown(denial, this);
    }
}
