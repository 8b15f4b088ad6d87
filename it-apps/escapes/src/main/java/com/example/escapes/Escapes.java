package com.example.escapes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.vendor.Plugin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tries escapes. {@code java com.example.escapes.Escapes ESCAPE TARGET...} tries one; without arguments the same, separated
 * by tabs, are read line by line from the standard input. Each attempt is answered by one line that begins with {@code OUT
 * ok}, {@code OUT refused} or {@code OUT failed}; whether it worked, the far end knows.
 */
public final class Escapes {

    private static final Map<String, Escape> ALL = new TreeMap<>();

    static {
        ALL.put("plain", words -> Target.connect(words[0]));
        ALL.put("agent-loader", new AgentLoader());
        ALL.put("async-channel", new AsyncChannel());
        ALL.put("claimed-transport", BorrowedName.CLAIMED_TRANSPORT);
        ALL.put("defined-class", BorrowedName.DEFINED);
        ALL.put("forged-source", BorrowedName.FORGED_SOURCE);
        ALL.put("forged-outcome", new ForgedOutcome());
        ALL.put("forged-tool", ForgedTool.EVERY_WAY);
        ALL.put("gate-field", new GateField());
        ALL.put("other-exits", new OtherExits());
        ALL.put("own-selector-provider", new OwnSelectorProvider());
        ALL.put("own-socket-impl", new OwnSocketImpl());
        ALL.put("own-url-handler", new OwnUrlHandler());
        ALL.put("held-channel", Held.CHANNEL);
        ALL.put("held-close", Held::close);
        ALL.put("held-datagram", Held.DATAGRAM);
        ALL.put("held-socket", Held.SOCKET);
        ALL.put("held-unix", Held.UNIX);
        ALL.put("held-write", Held::write);
        ALL.put("held-monitors", new HeldMonitors());
        ALL.put("hidden-class", BorrowedName.HIDDEN);
        ALL.put("jmx-agent", new JmxAgent());
        ALL.put("command-line-agent", new Restorer());
        ALL.put("opened-lookup", new OpenedLookup());
        ALL.put("opened-reflection", new OpenedReflection());
        ALL.put("poisoned-names", new PoisonedNames());
        ALL.put("process-memory", new ProcessMemory());
        ALL.put("reflection-factory", new ReflectionFactoryLookup());
        ALL.put("spoofed-name", new SpoofedName());
        ALL.put("stolen-instrumentation", new StolenInstrumentation());
        ALL.put("unsafe-lookup", new UnsafeLookup());
        ALL.put("unsafe-module", new UnsafeModule());
        ALL.put("unsafe-override", new UnsafeOverride());
        ALL.put("own-tool", ForgedTool.OWN);
        ALL.put("own-agent", (Entering) Entering::scope);
        ALL.put("own-agent-entry", (Entering) Front::handle);
        ALL.put("own-agent-annotation", (Entering) Front::serve);
        ALL.put("agent-subject-inside", Entering.inside(Plugin.SUBJECT));
        for (BorrowedAgent borrowed : BorrowedAgent.values()) {
            ALL.put("borrowed-" + borrowed.name().toLowerCase(Locale.ROOT).replace('_', '-'), borrowed);
        }
        for (Plugin plugin : Plugin.values()) {
            ALL.put("agent-" + plugin.name().toLowerCase(Locale.ROOT).replace('_', '-'), Entering.by(plugin));
        }
    }

    private Escapes() {}

    public static void main(String[] args) throws IOException {
        if (args.length > 0) {
            System.out.println(attempt(args));
        } else {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(attempt(line.split("\t", -1)));
                System.out.flush();
            }
        }
        System.exit(0);
    }

    private static String attempt(String[] words) {
        Escape escape = ALL.get(words[0]);
        if (escape == null) {
            return "OUT failed no escape is called " + words[0];
        }
        try {
            escape.attempt(Arrays.copyOfRange(words, 1, words.length));
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
