package dev.sallyport.agent;

import dev.sallyport.agent.enforce.AgentLog;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.load.Suggestion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the agent was started: {@code policy=FILE[,agent=NAME][,mode=monitor|enforce][,journal=DIR][,log=LEVEL]
 * [,canary=SECONDS][,state=FILE]
 * [,before=FILE][,after=FILE][,key=FILE]
 * [,poll=SECONDS][,maxAge=SECONDS][,onStale=keep|deny][,jmx=true][,resolvers=all|jdk]}. Each option is taken from the agent's argument, else from the system property {@code sallyport.<name>}, else from the
 * environment variable {@code SALLYPORT_<NAME>}.
 *
 * @param policy the policy file
 * @param agent the agent that the whole process is, null if code outside any agent is unattributed
 * @param mode overrides the policy's mode, null if it stands
 * @param journal the journal's directory, null if the policy says it
 * @param log how much is said on standard error
 * @param canary the seconds between two proofs that the gate stands
 * @param state the file in which operators say what changes at once, null if it stands beside the policy
 * @param before a file of rules that go before the policy's, null for none
 * @param after a file of rules that go after the policy's, null for none
 * @param key the public key by whose owner the policy must be signed, null if it need not be
 * @param poll the seconds between two questions to the server that has the policy
 * @param maxAge after so many seconds in which that did not answer the policy is out of date; 0 for never
 * @param denyStale whether everything is denied then
 * @param jmx whether agents can be stopped by JMX
 * @param jdkResolver whether the JDK alone is believed what a name resolves to, and no resolver of a library
 */
record Options(
        String policy,
        @Nullable String agent,
        @Nullable Mode mode,
        @Nullable String journal,
        AgentLog.Level log,
        int canary,
        @Nullable String state,
        @Nullable String before,
        @Nullable String after,
        @Nullable String key,
        int poll,
        int maxAge,
        boolean denyStale,
        boolean jmx,
        boolean jdkResolver) {

    private static final String[] NAMES = {
        "policy",
        "agent",
        "mode",
        "journal",
        "log",
        "canary",
        "state",
        "before",
        "after",
        "key",
        "poll",
        "maxAge",
        "onStale",
        "jmx",
        "resolvers"
    };
    private static final String PREFIX = "sallyport.";

    /** Reads the options of this JVM. */
    static Options read(@Nullable String arguments) throws StartException {
        @Nullable String[] values = new @Nullable String[NAMES.length];
        for (int i = 0; i < NAMES.length; i++) {
            values[i] = blankToNull(System.getProperty(PREFIX + NAMES[i]));
            if (values[i] == null) {
                values[i] = blankToNull(System.getenv("SALLYPORT_" + NAMES[i].toUpperCase(Locale.ROOT)));
            }
        }
        refuseUnknownProperties();
        if (arguments != null) {
            readArguments(arguments, values);
        }
        if (values[0] == null) {
            throw new StartException("no policy: say which with -javaagent:sallyport.jar=policy=FILE, with"
                    + " -Dsallyport.policy=FILE or with SALLYPORT_POLICY=FILE");
        }
        return new Options(
                values[0],
                values[1],
                mode(values[2]),
                values[3],
                level(values[4]),
                seconds("canary", values[5], 60),
                values[6],
                values[7],
                values[8],
                values[9],
                seconds("poll", values[10], 30),
                seconds("maxAge", values[11], 0),
                denyStale(values[12]),
                "true".equals(values[13]),
                jdkResolver(values[14]));
    }

    private static void readArguments(String arguments, @Nullable String[] values) throws StartException {
        for (int from = 0; from < arguments.length(); ) {
            int comma = arguments.indexOf(',', from);
            int to = comma < 0 ? arguments.length() : comma;
            String argument = arguments.substring(from, to);
            from = to + 1;
            if (argument.isEmpty()) {
                continue;
            }
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            int index = indexOf(name);
            if (index < 0) {
                throw new StartException("unknown option '" + name + "'" + suggestion(name));
            }
            if (equals < 0 || equals == argument.length() - 1) {
                throw new StartException("option '" + name + "' has no value: write " + name + "=...");
            }
            values[index] = argument.substring(equals + 1);
        }
    }

    private static void refuseUnknownProperties() throws StartException {
        for (String property : System.getProperties().stringPropertyNames()) {
            if (property.startsWith(PREFIX)) {
                String name = property.substring(PREFIX.length());
                if (indexOf(name) < 0) {
                    throw new StartException("unknown system property '" + property + "'" + suggestion(name));
                }
            }
        }
    }

    private static int indexOf(String name) {
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static String suggestion(String name) {
        String nearest = Suggestion.of(name, List.of(NAMES));
        return "; "
                + (nearest == null
                        ? "the options are policy, agent, mode, journal, log, canary, state, before, after, key, poll, maxAge,"
                                + " onStale, jmx and resolvers"
                        : nearest);
    }

    private static boolean jdkResolver(@Nullable String value) throws StartException {
        if (value == null || value.equals("all")) {
            return false;
        }
        if (value.equals("jdk")) {
            return true;
        }
        throw new StartException("option 'resolvers' is '" + value + "': write all or jdk");
    }

    private static @Nullable Mode mode(@Nullable String value) throws StartException {
        if (value == null) {
            return null;
        }
        for (Mode mode : Mode.values()) {
            if (mode.label().equals(value)) {
                return mode;
            }
        }
        throw new StartException("option 'mode' is '" + value + "', but it must be monitor or enforce");
    }

    private static AgentLog.Level level(@Nullable String value) throws StartException {
        if (value == null) {
            return AgentLog.Level.WARN;
        }
        for (AgentLog.Level level : AgentLog.Level.values()) {
            if (level.name().equalsIgnoreCase(value)) {
                return level;
            }
        }
        throw new StartException("option 'log' is '" + value + "', but it must be off, error, warn, info or debug");
    }

    private static boolean denyStale(@Nullable String value) throws StartException {
        if (value != null && !value.equals("keep") && !value.equals("deny")) {
            throw new StartException("option 'onStale' is '" + value + "', but it must be keep or deny");
        }
        return "deny".equals(value);
    }

    private static int seconds(String option, @Nullable String value, int otherwise) throws StartException {
        if (value == null) {
            return otherwise;
        }
        int seconds = -1;
        try {
            seconds = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            // told below
        }
        if (seconds < 1 || seconds > 86_400) {
            throw new StartException("option '" + option + "' is '" + value + "', but it must be 1 to 86400 seconds");
        }
        return seconds;
    }

    private static @Nullable String blankToNull(@Nullable String value) {
        return value == null || value.isBlank() ? null : value;
    }
}
