package dev.sallyport.agent.netty;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.http.ClientClasses;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.WeakIdentityTable;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * Netty's event loops: a task runs for the agent that handed it over, whatever the loop did before, and one that was handed
 * over outside of any agent runs for none. Within a client the request for which it connects goes along.
 *
 * <p>The context lies beside the task. A task that several agents have handed over and that has not run yet, as a lambda
 * without variables may be, runs for none of them.
 */
public final class NettyLoops implements Guard {

    private static final String CONCURRENT = "netty/util/concurrent/";
    private static final String RUNNABLE = "(Ljava/lang/Runnable;)";

    private final WeakIdentityTable<Pending> waiting = new WeakIdentityTable<>(1 << 10);
    private final WeakIdentityTable<AgentContext> scheduled = new WeakIdentityTable<>(1 << 8);

    /** Whether any context has been seen: until then there is nothing to carry, and nobody to be mistaken for. */
    private volatile boolean active;

    /**
     * A task that is queued {@code count} times.
     *
     * @param context for whom; null for nobody
     * @param mixed whether it was queued for different contexts
     */
    private record Pending(@Nullable AgentContext context, int count, boolean mixed) {}

    /** Creates the guard. */
    public NettyLoops(Enforcement enforcement) {}

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(CONCURRENT + "SingleThreadEventExecutor")
                    .method("addTask", RUNNABLE)
                    .before(parameter(0), NONE, NONE),
            onLibrary(CONCURRENT + "GlobalEventExecutor")
                    .method("addTask", RUNNABLE)
                    .before(parameter(0), NONE, NONE),
            onLibrary(CONCURRENT + "AbstractEventExecutor")
                    .staticMethod("runTask", RUNNABLE)
                    .ifPresent()
                    .around(parameter(0), NONE),
            // Before 4.1.67 it runs the task itself; a task object that is used again runs for nobody there.
            onLibrary(CONCURRENT + "AbstractEventExecutor")
                    .staticMethod("safeExecute", RUNNABLE)
                    .around(NONE, parameter(0)),
            onLibrary(CONCURRENT + "ScheduledFutureTask").method("<init>", "(").after(SELF),
            onLibrary(CONCURRENT + "ScheduledFutureTask").method("run", "()").around(SELF, SELF),
        };
    }

    @Override
    public void stands(ProtectionDomain domain) {
        ClientClasses.NETTY.add(domain);
    }

    /** Deciding may queue something. */
    @Override
    public boolean mayNest() {
        return true;
    }

    /** A task is queued. */
    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) {
        AgentContext context = CurrentAgent.get();
        if (a == null || context == null && !active) {
            return;
        }
        active = true;
        Pending old;
        Pending now;
        do {
            old = waiting.get(a);
            if (old == null) {
                now = new Pending(context, 1, false);
            } else if (!old.mixed && old.context == context) {
                now = new Pending(context, old.count + 1, false);
            } else {
                now = new Pending(null, old.count + 1, true);
            }
        } while (!waiting.replace(a, old, now));
    }

    /** A task was scheduled. */
    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        AgentContext context = CurrentAgent.get();
        if (a != null && context != null) {
            active = true;
            scheduled.put(a, context);
        }
        return result;
    }

    /** A task runs. */
    @Override
    public @Nullable AgentContext enter(@Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        if (!active) {
            return null;
        }
        if (a == null) {
            Pending first = b == null ? null : waiting.get(b);
            return first == null ? null : first.context;
        }
        return b == null ? taken(a) : scheduled.get(a);
    }

    private @Nullable AgentContext taken(Object task) {
        Pending old;
        Pending now;
        do {
            old = waiting.get(task);
            if (old == null) {
                return null;
            }
            now = old.count == 1 ? null : new Pending(old.context, old.count - 1, old.mixed);
        } while (!waiting.replace(task, old, now));
        return old.context;
    }
}
