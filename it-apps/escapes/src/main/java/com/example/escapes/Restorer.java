package com.example.escapes;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/** An agent that has the JDK's class be what it was before anybody wove it: at once if it comes late, else when told. */
public final class Restorer implements Escape {

    private static @Nullable Instrumentation instrumentation;

    /** Called by the JVM that was started with the agent. */
    public static void premain(String argument, Instrumentation given) {
        instrumentation = given;
    }

    /** Called by the JVM that loads the agent later. */
    public static void agentmain(String argument, Instrumentation given) throws Exception {
        instrumentation = given;
        restore();
    }

    private static void restore() throws Exception {
        Instrumentation own = instrumentation;
        if (own != null) {
            StolenInstrumentation.restore(own, Class.forName("sun.nio.ch.Net"));
        }
    }

    @Override
    public void attempt(String... words) throws Throwable {
        restore();
        Target.connect(words[0]);
    }
}
