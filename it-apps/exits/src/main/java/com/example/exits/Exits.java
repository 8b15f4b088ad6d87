package com.example.exits;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Tries ways out of the JVM. {@code java com.example.exits.Exits EXIT THREAD TARGET} tries one; without arguments the
 * same three, separated by tabs, are read line by line from the standard input. Each attempt is answered by one line:
 *
 * <pre>
 * OUT ok
 * OUT refused dev.sallyport.EgressDeniedException
 * OUT failed java.io.EOFException: ...
 * </pre>
 *
 * In place of a thread, {@code @orchestrator/refund} tries as an agent that another has entered. {@code --list} prints the exits by name.
 */
public final class Exits {

    private final Map<String, Exit> exits = new LinkedHashMap<>();

    private Exits() {
        TcpExits.addTo(exits);
        UdpExits.addTo(exits);
        NameExits.addTo(exits);
        UnixExits.addTo(exits);
        ProcessExits.addTo(exits);
        NativeExits.addTo(exits);
        ForeignExits.addTo(exits);
        ListenExits.addTo(exits);
        AgentExits.addTo(exits);
    }

    public static void main(String[] args) throws IOException {
        Exits exits = new Exits();
        PrintStream out = System.out;
        if (args.length == 1 && args[0].equals("--list")) {
            exits.exits.keySet().forEach(out::println);
        } else if (args.length == 3) {
            out.println(exits.attempt(args[0], args[1], args[2]));
        } else {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split("\t", -1);
                out.println(exits.attempt(words[0], words[1], words[2]));
                out.flush();
            }
        }
        System.exit(0);
    }

    private String attempt(String name, String thread, String target) {
        Exit exit = exits.get(name);
        if (exit == null) {
            return "OUT failed no exit is called " + name;
        }
        try {
            int at = thread.indexOf('@');
            if (at >= 0) {
                AsAgents.run(thread.substring(at + 1).split("/"), 0, exit, target);
            } else {
                OnThread.valueOf(thread.toUpperCase(Locale.ROOT)).run(exit, target);
            }
            return "OUT ok";
        } catch (Throwable t) {
            return outcome(t);
        }
    }

    /** Looks for the refusal by its interface's name: without the agent in the JVM there is no such class. */
    private static String outcome(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            for (Class<?> type : t.getClass().getInterfaces()) {
                if (type.getName().equals("dev.sallyport.Denied")) {
                    return "OUT refused " + t.getClass().getName();
                }
            }
        }
        return "OUT failed " + thrown.toString().replace('\n', ' ');
    }
}
