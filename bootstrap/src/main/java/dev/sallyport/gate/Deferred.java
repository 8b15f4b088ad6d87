package dev.sallyport.gate;

import dev.sallyport.Denial;
import dev.sallyport.ToolDeniedException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tool call that was allowed and happens when somebody subscribes to it. The first subscription is the call that was
 * decided; each further one is another call, and decided by itself. It is both a supplier and a callable, as reactive
 * libraries take the one or the other, a function from what the tool answers to what the model may see of it, and a consumer
 * of what the call ends with. Safe on any thread.
 */
public final class Deferred
        implements Supplier<@Nullable Object>,
                Callable<@Nullable Object>,
                Consumer<@Nullable Object>,
                Function<@Nullable Object, @Nullable Object>,
                InvocationHandler {

    private final String tool;
    private final @Nullable Object arguments;
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private volatile @Nullable Object publisher;
    private volatile @Nullable AgentContext admitted;

    Deferred(String tool, @Nullable Object arguments, @Nullable AgentContext admitted) {
        this.tool = tool;
        this.arguments = arguments;
        this.admitted = admitted;
    }

    /**
     * Takes what the call returned, before anybody subscribes to it.
     *
     * @param answer a publisher of the framework's, such as a Mono, that tells this how it ends
     */
    public void answers(@Nullable Object answer) {
        publisher = answer;
    }

    /**
     * Returns what is to be subscribed to.
     *
     * @throws ToolDeniedException if this is not the first time, and the policy refuses now
     */
    @Override
    public @Nullable Object get() {
        if (!subscribed.compareAndSet(false, true)) {
            AgentContext again = AgentContext.inTool(CurrentAgent.get(), tool, null);
            Denial denial = Gate.decide(again, arguments, null);
            if (denial != null) {
                throw new ToolDeniedException(denial);
            }
            admitted = again;
        }
        return publisher;
    }

    @Override
    public @Nullable Object call() {
        return get();
    }

    /**
     * Takes what the call ended with.
     *
     * @param end what it answered, null if nothing; a {@code Throwable} if it failed
     */
    @Override
    public void accept(@Nullable Object end) {
        Throwable thrown = end instanceof Throwable failure ? failure : null;
        Gate.ended(admitted, thrown == null ? end : null, thrown);
    }

    /** Returns what a model may see of what the tool answered: without the reports of what was refused inside it. */
    @Override
    public @Nullable Object apply(@Nullable Object answer) {
        AgentContext call = admitted;
        Refusals refusals = call == null ? null : call.refusals();
        return refusals == null ? answer : refusals.hideInAnswer(answer);
    }

    /**
     * Returns this as the consumer, or as the function, of a library that has an interface of its own for these.
     *
     * @param type an interface with one method, of one parameter
     */
    public Object as(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] values) {
        if (method.getDeclaringClass() != Object.class) {
            Object value = values == null ? null : values[0];
            if (method.getReturnType() != void.class) {
                return apply(value);
            }
            accept(value);
            return null;
        }
        return switch (method.getName()) {
            case "equals" -> values != null && values[0] == proxy;
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "the end of " + tool;
        };
    }
}
