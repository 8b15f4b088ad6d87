package dev.sallyport.agent.enforce;

import dev.sallyport.DelegationDeniedException;
import dev.sallyport.Denial;
import dev.sallyport.Denied;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.TaskDeniedException;
import dev.sallyport.agent.attribution.Carriers;
import dev.sallyport.agent.audit.DecisionClock;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.Enforcer;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Behind the gate: finds the guard of a point and lets it decide. Until it is armed, at the end of the start, calls pass,
 * since only the JVM's own start-up runs by then, and the self-test's calls are proved.
 *
 * <p>A decision may come to a gate itself: by the JDK, when a class is loaded, and by the application, of whose objects it asks
 * what they are. Of that the JDK's own libraries are let through; what is native else, or asks for a context, is decided, and
 * everything else refused.
 */
public final class GateEnforcer implements Enforcer {

    /** Thrown through a woven method by the self-test, in place of the method. */
    public static final class Proof extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private Proof() {
            super("the gate stands here", null, false, false);
        }
    }

    private static final ThreadLocal<boolean[]> DECIDING = new Deciding();
    /** By point number; grows, as a copy, when the first class of a guarded library is loaded. */
    private volatile Guard[] guards = {};

    private @Nullable Enforcement enforcement;
    private @Nullable Runnable carrying;
    private volatile @Nullable Carriers carriers;
    private @Nullable Thread prover;
    private boolean[] proved = {};
    private int expected = -1;
    private volatile boolean armed;

    /** Whether the thread is inside a decision, as an array that it keeps. */
    private static final class Deciding extends ThreadLocal<boolean[]> {

        @Override
        protected boolean[] initialValue() {
            return new boolean[1];
        }
    }

    /** Takes calls of this thread at expected points as proof that they are woven, until {@link #proofsDone}. */
    public void proveOnThisThread(int points) {
        proved = new boolean[points];
        prover = Thread.currentThread();
    }

    /** Decides this thread's calls again. */
    public void proofsDone() {
        prover = null;
    }

    /** Names the point whose call comes next. */
    public void expect(int point) {
        expected = point;
    }

    /** Returns whether the point was proved. */
    public boolean proved(int point) {
        return proved[point];
    }

    /**
     * Takes a guard for as many points more.
     *
     * @return the number of the first one, which the others follow
     */
    public synchronized int add(Guard guard, int points) {
        Guard[] before = guards;
        Guard[] all = java.util.Arrays.copyOf(before, before.length + points);
        java.util.Arrays.fill(all, before.length, all.length, guard);
        guards = all;
        return before.length;
    }

    /** Takes the guards of the JDK's points, by number; called before any other is added. */
    public void stand(Guard[] points) {
        guards = points;
    }

    /** Takes what tells who may carry contexts; until then everybody does. */
    public void carriers(Carriers who) {
        carriers = who;
    }

    /**
     * From now on calls are decided.
     *
     * @param beforeContext called on the entering thread each time before an agent or a tool is entered
     */
    public void arm(Enforcement decider, Runnable beforeContext) {
        enforcement = decider;
        carrying = beforeContext;
        armed = true;
    }

    @Override
    public void before(int point, @Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (prover != null) {
            proveIfAsked(point);
        }
        if (!armed) {
            return;
        }
        Guard guard = guards[point];
        boolean[] inside = DECIDING.get();
        if (inside[0]) {
            reenter(guard, a, b, n);
            return;
        }
        inside[0] = true;
        measure();
        try {
            guard.before(a, b, n);
        } catch (Throwable t) {
            throwIfDenied(guard, t);
        } finally {
            inside[0] = false;
        }
    }

    @Override
    public @Nullable Object after(int point, @Nullable Object a, @Nullable Object result) throws Throwable {
        if (!armed) {
            return result;
        }
        Guard guard = guards[point];
        boolean[] inside = DECIDING.get();
        boolean nested = inside[0];
        inside[0] = true;
        try {
            return guard.after(a, result);
        } catch (Throwable t) {
            throwIfDenied(guard, t);
            return result;
        } finally {
            inside[0] = nested;
        }
    }

    @Override
    public @Nullable AgentContext enter(
            int point, @Nullable AgentContext current, @Nullable Object a, @Nullable Object b) throws Throwable {
        if (!armed) {
            return current;
        }
        Guard guard = guards[point];
        boolean[] inside = DECIDING.get();
        boolean nested = inside[0];
        inside[0] = true;
        measure();
        try {
            return guard.enter(current, a, b);
        } catch (Throwable t) {
            throwIfDenied(guard, t);
            return current;
        } finally {
            inside[0] = nested;
        }
    }

    @Override
    public boolean carries(Class<?> caller) {
        Carriers known = carriers;
        return known == null || known.contains(caller);
    }

    @Override
    public AgentContext enterAgent(@Nullable AgentContext current, String agent, @Nullable String subject) {
        Enforcement decider = armed ? enforcement : null;
        if (decider != null) {
            Denial denial;
            try {
                denial = decider.delegation(current, agent, subject);
            } catch (RuntimeException | LinkageError e) {
                denial = decider.failed("delegation", Stage.DELEGATION, Via.TOOL, e);
            }
            if (denial != null) {
                throw new DelegationDeniedException(denial);
            }
            carryContexts();
        }
        return AgentContext.entered(agent, current, subject);
    }

    @Override
    public @Nullable AgentContext enterNamed(@Nullable AgentContext current, String agent) {
        Enforcement decider = armed ? enforcement : null;
        if (decider == null || (current != null && agent.equals(current.agent()))) {
            return current;
        }
        boolean known;
        try {
            known = decider.knowsAgent(current, agent);
        } catch (RuntimeException | LinkageError e) {
            Denial denial = decider.failed("agent " + agent, Stage.DELEGATION, Via.TOOL, e);
            if (denial != null) {
                throw new DelegationDeniedException(denial);
            }
            return current;
        }
        return known ? enterAgent(current, agent, null) : current;
    }

    @Override
    public AgentContext startTask(
            @Nullable AgentContext current, String task, Map<String, String> params, @Nullable String justification) {
        Enforcement decider = armed ? enforcement : null;
        if (decider == null) {
            return AgentContext.inTask(current, task);
        }
        AgentContext started;
        try {
            started = decider.tasks().start(current, task, params, justification);
        } catch (TaskDeniedException denied) {
            throw denied;
        } catch (RuntimeException | LinkageError e) {
            Denial denial = decider.failed("task " + task, Stage.TASK, Via.TOOL, e);
            if (denial != null) {
                throw new TaskDeniedException(denial);
            }
            return AgentContext.inTask(current, task);
        }
        carryContexts();
        return started;
    }

    @Override
    public void endTask(AgentContext task) {
        Enforcement decider = armed ? enforcement : null;
        if (decider != null) {
            decider.tasks().end(task);
        }
    }

    @Override
    public @Nullable Denial tool(AgentContext call, @Nullable Object arguments, @Nullable String frameworkAgent) {
        Enforcement decider = armed ? enforcement : null;
        if (decider == null) {
            return null;
        }
        Denial denial;
        measure();
        try {
            denial = decider.tools().decide(call, arguments);
        } catch (RuntimeException | LinkageError e) {
            denial = decider.failed("tool " + call.tool(), Stage.TOOL, Via.TOOL, e);
        }
        if (denial == null) {
            carryContexts();
        }
        return denial;
    }

    @Override
    public void ended(AgentContext call, @Nullable Object result, @Nullable Throwable thrown) {
        Enforcement decider = armed ? enforcement : null;
        if (decider != null) {
            decider.tools().ended(call, result, thrown);
        }
    }

    @Override
    public void moving(int way, @Nullable Object end, @Nullable Object content, long address, int length)
            throws Throwable {
        Enforcement decider = armed ? enforcement : null;
        boolean[] inside = DECIDING.get();
        if (decider == null || inside[0]) {
            return;
        }
        inside[0] = true;
        try {
            decider.moving(way, end, content, address, length);
        } catch (Throwable t) {
            throwIfDenied(decider, t);
        } finally {
            inside[0] = false;
        }
    }

    @Override
    public void moved(int way, @Nullable Object end, long count) throws Throwable {
        Enforcement decider = armed ? enforcement : null;
        boolean[] inside = DECIDING.get();
        if (decider == null || inside[0]) {
            return;
        }
        inside[0] = true;
        try {
            decider.moved(way, end, count);
        } catch (Throwable t) {
            throwIfDenied(decider, t);
        } finally {
            inside[0] = false;
        }
    }

    @Override
    public void outcome(int way, @Nullable Object end, int result, @Nullable Throwable thrown) {
        Enforcement decider = armed ? enforcement : null;
        boolean[] inside = DECIDING.get();
        if (decider == null || inside[0]) {
            return;
        }
        inside[0] = true;
        try {
            decider.outcome(way, end, result, thrown);
        } catch (RuntimeException | LinkageError e) {
            decider.unheard(e);
        } finally {
            inside[0] = false;
        }
    }

    private static void throwIfDenied(Enforcement decider, Throwable thrown) throws Throwable {
        if (thrown instanceof Denied) {
            throw thrown;
        }
        Denial denial = decider.failed("bytes of a connection", Stage.CONNECT, Via.TCP, thrown);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /** Has the time of the decision measured that comes now, where somebody wants to know. */
    private static void measure() {
        if (DecisionClock.runs()) {
            DecisionClock.begin();
        }
    }

    private void carryContexts() {
        Runnable beforeContext = carrying;
        if (beforeContext != null) {
            beforeContext.run();
        }
    }

    private void proveIfAsked(int point) {
        if (prover == Thread.currentThread() && point == expected) {
            expected = -1;
            proved[point] = true;
            throw new Proof();
        }
    }

    private void reenter(Guard guard, @Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (guard.mayNest(a, b, n)) {
            return;
        }
        if (guard.vias()[0] == Via.NATIVE) {
            try {
                guard.before(a, b, n);
            } catch (Throwable t) {
                throwIfDenied(guard, t);
            }
            return;
        }
        throw new java.net.ConnectException("the gate does not let its own decision go out");
    }

    /**
     * Runs code of the application from inside a guard: what it does is decided like any other call. For a client that is
     * told of a refusal by a call, and then calls back whoever asked.
     */
    public static void asApplication(Runnable code) {
        boolean[] inside = DECIDING.get();
        boolean before = inside[0];
        inside[0] = false;
        try {
            code.run();
        } finally {
            inside[0] = before;
        }
    }

    private void throwIfDenied(Guard guard, Throwable thrown) throws Throwable {
        if (thrown instanceof Denied) {
            throw thrown;
        }
        Enforcement decider = enforcement;
        if (decider == null) {
            return;
        }
        Via via = guard.vias()[0];
        Denial denial = decider.failed(guard.getClass().getSimpleName(), stage(via), via, thrown);
        if (denial != null) {
            throw guard.refusal(denial);
        }
    }

    static Stage stage(Via via) {
        return switch (via) {
            case DNS -> Stage.NAME;
            case TCP, UDP -> Stage.CONNECT;
            case HTTP -> Stage.HTTP;
            case UNIX -> Stage.UNIX;
            case PROCESS -> Stage.PROCESS;
            case NATIVE -> Stage.NATIVE;
            case LISTEN -> Stage.LISTEN;
            case ATTACH -> Stage.ATTACH;
            case TOOL -> Stage.TOOL;
        };
    }
}
