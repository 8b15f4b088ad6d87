package dev.sallyport.agent;

import dev.sallyport.agent.enforce.AgentLog;
import dev.sallyport.policy.condition.Expression;
import dev.sallyport.policy.load.LoadedPolicy;
import java.util.List;

/**
 * Compiles a policy's conditions while the application starts. A tool call that a condition decides waits for it; what is wrong with
 * one that was right when its bundle was made is told, and its rule then decides as one whose condition cannot be told.
 */
final class ConditionsCompiler extends Thread {

    private final LoadedPolicy policy;
    private final AgentLog log;

    ConditionsCompiler(LoadedPolicy policy, AgentLog log) {
        super(null, null, "sallyport-conditions", 0, false);
        this.policy = policy;
        this.log = log;
        setDaemon(true);
        for (int i = 0; i < policy.conditions().size(); i++) {
            policy.conditions().get(i).leaveToOther();
        }
    }

    @Override
    public void run() {
        for (int i = 0; i < policy.conditions().size(); i++) {
            Expression condition = policy.conditions().get(i);
            List<Expression.Fault> faults = condition.compile();
            for (int f = 0; f < faults.size(); f++) {
                log.error("a condition of policy " + policy.policy().label()
                        + " is broken, so a rule that allows never matches by it: " + condition.text() + ": "
                        + faults.get(f).message());
            }
        }
    }
}
