package dev.sallyport.gate;

import dev.sallyport.Denial;
import dev.sallyport.ToolDeniedException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tool call that was allowed and happens when somebody subscribes to it. The first subscription is the call that was
 * decided; each further one is another call, and decided by itself. It is both a supplier and a callable, as reactive
 * libraries take the one or the other. Safe on any thread.
 */
public final class Deferred implements Supplier<@Nullable Object>, Callable<@Nullable Object> {

    private final String tool;
    private final @Nullable Object arguments;
    private final @Nullable Object publisher;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    Deferred(String tool, @Nullable Object arguments, @Nullable Object publisher) {
        this.tool = tool;
        this.arguments = arguments;
        this.publisher = publisher;
    }

    /**
     * Returns what is to be subscribed to.
     *
     * @throws ToolDeniedException if this is not the first time, and the policy refuses now
     */
    @Override
    public @Nullable Object get() {
        if (!subscribed.compareAndSet(false, true)) {
            Denial denial = Gate.decide(tool, arguments, null, null);
            if (denial != null) {
                throw new ToolDeniedException(denial);
            }
        }
        return publisher;
    }

    @Override
    public @Nullable Object call() {
        return get();
    }
}
