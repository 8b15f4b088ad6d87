package dev.sallyport.agent.tool;

import dev.sallyport.DelegationDeniedException;
import dev.sallyport.Denial;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.Enforcer;
import dev.sallyport.gate.Handover;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the gate of the test's JVM: refuses the tools whose name begins with {@code forbidden} and the agent
 * {@code forbidden}, and keeps what it was asked.
 */
public final class ScriptedEnforcer implements Enforcer {

    public static final ScriptedEnforcer STANDING = new ScriptedEnforcer();

    /** What was asked since the last test: {@code agent tool arguments}. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** How calls ended since the last test: {@code tool returned result}. */
    final List<String> ended = new CopyOnWriteArrayList<>();

    /** Which points were passed since they were last forgotten: {@code before 3 operand}. */
    public final List<String> passed = new CopyOnWriteArrayList<>();

    static {
        Handover.give(STANDING);
    }

    /** Returns a denial that names a rule. */
    public static Denial denial(String rule, String stage, String target, @Nullable String tool) {
        return new Denial(
                "d-1",
                rule,
                "test@1",
                stage,
                "agent",
                target,
                "DENIED agent -> " + target + "\n  rule    " + rule,
                tool);
    }

    @Override
    public void before(int point, @Nullable Object a, @Nullable Object b, int n) {
        passed.add("before " + point + ' ' + a);
    }

    @Override
    public @Nullable Object after(int point, @Nullable Object a, @Nullable Object result) {
        passed.add("after " + point + ' ' + result);
        return result;
    }

    @Override
    public @Nullable AgentContext enter(
            int point, @Nullable AgentContext current, @Nullable Object a, @Nullable Object b) {
        passed.add("enter " + point);
        return current;
    }

    @Override
    public @Nullable AgentContext enterNamed(@Nullable AgentContext current, String agent) {
        return agent.startsWith("unknown") ? current : enterAgent(current, agent, null);
    }

    @Override
    public AgentContext enterAgent(@Nullable AgentContext current, String agent, @Nullable String subject) {
        if (agent.equals("forbidden")) {
            throw new DelegationDeniedException(denial("delegation", "delegation", agent, null));
        }
        return AgentContext.entered(agent, current, subject);
    }

    @Override
    public AgentContext startTask(
            @Nullable AgentContext current, String task, Map<String, String> params, @Nullable String justification) {
        return AgentContext.inTask(current, task);
    }

    @Override
    public void endTask(AgentContext task) {
        ended.add("task " + task.task());
    }

    @Override
    public @Nullable Denial tool(AgentContext call, @Nullable Object arguments, @Nullable String frameworkAgent) {
        String agent = call.agent() == null ? "nobody" : call.agent();
        asked.add(agent + ' ' + call.tool() + ' ' + arguments);
        return String.valueOf(call.tool()).startsWith("forbidden")
                ? denial("secret-rule", "tool", String.valueOf(call.tool()), null)
                : null;
    }

    @Override
    public void ended(AgentContext call, @Nullable Object result, @Nullable Throwable thrown) {
        ended.add(call.tool() + (thrown == null ? " returned " + result : " threw " + thrown.getMessage()));
    }
}
