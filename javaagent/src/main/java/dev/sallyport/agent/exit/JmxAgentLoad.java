package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.field;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.nio.file.Path;
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

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (AGENT_LOAD.equals(b)) {
            enforcement.attach(a instanceof String[] words ? agent(words) : AGENT_LOAD);
        }
    }

    /** The command takes its words apart at blanks, quotes and {@code =}: what holds such is no path to compare. */
    private static String agent(String[] words) {
        String first = words.length == 0 ? "" : words[0];
        boolean plain = first.startsWith("/");
        for (int i = 0; i < first.length(); i++) {
            plain &= first.charAt(i) > ' ' && "\"'=,".indexOf(first.charAt(i)) < 0;
        }
        return plain ? SystemPath.of(Path.of(first)) : AGENT_LOAD + ' ' + String.join(" ", words);
    }
}
