package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.field;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import org.jspecify.annotations.Nullable;

/**
 * The diagnostic command that loads an agent into this JVM, which JMX offers to whoever has the platform's MBean server. An
 * agent that comes late can hand back the original bytes of what is woven here.
 */
public final class JmxAgentLoad implements Guard {

    private static final String AGENT_LOAD = "JVMTI.agent_load";

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public JmxAgentLoad(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("com/sun/management/internal/DiagnosticCommandImpl$Wrapper")
                    .method("execute", "([Ljava/lang/String;)Ljava/lang/String;")
                    .before(parameter(0), field("cmd", "Ljava/lang/String;"), NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.ATTACH};
    }

    /**
     * The words are recorded, and not compared with rules: they are in an array of the caller's, who may still change it. So
     * a rule allows the command or does not.
     */
    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (AGENT_LOAD.equals(b)) {
            String[] words = a instanceof String[] given ? given : new String[0];
            String[] command = new String[words.length + 1];
            command[0] = AGENT_LOAD;
            System.arraycopy(words, 0, command, 1, words.length);
            enforcement.local().attach(AGENT_LOAD, command);
        }
    }
}
