package com.example.exits;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.management.ObjectName;

/**
 * The ways to get an agent into a JVM. The target is the id of a process to attach to, or the jar of an agent, which is
 * this class.
 */
public final class AgentExits {

    private AgentExits() {}

    static void addTo(Map<String, Exit> exits) {
        exits.put("VirtualMachine.attach", AgentExits::attach);
        exits.put("JMX jvmtiAgentLoad", AgentExits::jmx);
    }

    private static void attach(String target) throws Exception {
        VirtualMachine.attach(target).detach();
    }

    private static void jmx(String target) throws Exception {
        Object answer = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "jvmtiAgentLoad",
                        new Object[] {new String[] {target, target + ".loaded"}},
                        new String[] {String[].class.getName()});
        Sink.take(String.valueOf(answer).length());
    }

    /** Leaves a trace. */
    public static void agentmain(String file) throws IOException {
        Files.createFile(Path.of(file));
    }
}
