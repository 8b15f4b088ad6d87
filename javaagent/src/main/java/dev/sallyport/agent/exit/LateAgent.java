package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import org.jspecify.annotations.Nullable;

/**
 * A Java agent that is loaded into this JVM once it runs, however somebody came to ask for it: by attaching, by JMX, by the
 * manifest of the program's jar. It could hand back the original bytes of what is woven here. All that is known of it is the
 * name of its class.
 */
public final class LateAgent implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public LateAgent(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/instrument/InstrumentationImpl")
                    .method("loadClassAndCallAgentmain", "(Ljava/lang/String;Ljava/lang/String;)V")
                    .before(parameter(0), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.ATTACH};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        enforcement.local().lateAgent(String.valueOf(a));
    }
}
