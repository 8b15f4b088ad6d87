package dev.sallyport.agent.exit;

import dev.sallyport.agent.audit.DecisionId;
import dev.sallyport.agent.audit.TraceSource;
import dev.sallyport.agent.enforce.AgentLog;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.http.Clients;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes the table of {@code docs/exits.md} from the guards: what they guard, by their own words and join points. */
final class ExitsDocument {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path FILE = ROOT.resolve("docs/exits.md");
    private static final Path TESTS = ROOT.resolve("integration-tests/src/test/java/dev/sallyport/it");
    private static final String BEGIN = "<!-- the table is written from the code -->\n";
    private static final String END = "<!-- end of the table -->\n";

    /** Where each exit is tried: rows of {@code ExitsIT}, or methods of other tests. */
    private static final Map<String, List<String>> TRIED = Map.ofEntries(
            Map.entry(
                    "Connect",
                    List.of(
                            "ExitRow Socket",
                            "ExitRow SocketChannel",
                            "ExitRow AsynchronousSocketChannel",
                            "ExitRow LDAP")),
            Map.entry(
                    "LegacySocket",
                    List.of(
                            "MeaningIT theOldSocketsOfJdk17AreGuardedToo",
                            "LateExitsIT theOldServerSocketsOfJdk17AreGuardedToo")),
            Map.entry("ProxiedConnect", List.of("MeaningIT aTargetBehindAnAllowedSocksProxyIsRefused")),
            Map.entry(
                    "DatagramSend",
                    List.of("ExitRow DatagramSocket.send", "ExitRow JNDI DNS", "ExitRow MulticastSocket.joinGroup")),
            Map.entry("LegacyDatagram", List.of("TricksIT theOldDatagramSocketsOfJdk17AreGuardedToo")),
            Map.entry("OwnDatagramSocket", List.of("ExitRow DatagramSocketImpl of one's own")),
            Map.entry("NameRequest", List.of("ExitRow InetAddress.getByName", "ExitRow SocketPermission.implies")),
            Map.entry("NameLookup", List.of("ExitRow URL.hashCode", "NamesIT onlyTheBadRecordsOfAnAnswerAreDropped")),
            Map.entry("ReverseLookup", List.of("ExitRow InetAddress.getHostName")),
            Map.entry("ResolverProvider", List.of("NamesIT aResolverOfTheApplicationsOwnAnswersOnlyWhereARuleNamesIt")),
            Map.entry("Reachability", List.of("ExitRow InetAddress.isReachable")),
            Map.entry("UnixConnect", List.of("ExitRow Unix socket")),
            Map.entry("ProcessStart", List.of("ExitRow ProcessBuilder.startPipeline")),
            Map.entry("NativeLoad", List.of("ExitRow System.load")),
            Map.entry(
                    "Listen",
                    List.of("ExitRow ServerSocket", "ExitRow HttpServer", "ExitRow ServerSocketChannel, Unix")),
            Map.entry(
                    "InheritedChannel",
                    List.of("LateExitsIT aSocketThatTheProgramWasStartedOnIsDecidedWhenItIsAskedFor")),
            Map.entry("SctpSend", List.of("LateExitsIT everyClassThatIsGuardedLateIsWoven")),
            Map.entry("DesktopAction", List.of("LateExitsIT everyClassThatIsGuardedLateIsWoven")),
            Map.entry("RawLibraryLoad", List.of("ExitRow SymbolLookup.libraryLookup")),
            Map.entry(
                    "ConfiguredLibrary",
                    List.of("ExitRow PKCS#11 provider", "LateExitsIT everyClassThatIsGuardedLateIsWoven")),
            Map.entry("ForeignFunctions", List.of("ExitRow Linker.downcallHandle", "ExitRow CLinker.downcallHandle")),
            Map.entry("Attach", List.of("ExitRow VirtualMachine.attach")),
            Map.entry("JmxAgentLoad", List.of("ExitRow JMX jvmtiAgentLoad")),
            Map.entry("ProcessMemory", List.of("EscapesIT anEscapeLeadsNowhereWithTheAgent")),
            Map.entry("LateAgent", List.of("EscapesIT anAgentThatIsLoadedFromOutsideIsRefused")),
            Map.entry("Internals", List.of("EscapesIT anEscapeLeadsNowhereWithTheAgent")),
            Map.entry(
                    "ConnectionClose",
                    List.of("OpenConnectionsIT aConnectionEndsWhenThePolicyNoLongerAllowsItAndAnotherOneStays")),
            Map.entry("HttpUrlConnection", List.of("ExitRow HttpURLConnection", "HttpIT")),
            Map.entry("JavaNetHttp", List.of("ExitRow HttpClient.send", "HttpIT")));

    private ExitsDocument() {}

    /** Returns the file as it is. */
    static String file() {
        return read(FILE);
    }

    /** Returns the file as it would be if it were written now. */
    static String generated() {
        String file = file();
        int begin = file.indexOf(BEGIN);
        int end = file.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(FILE + " lacks the marks between which the table stands");
        }
        return file.substring(0, begin) + BEGIN + table() + file.substring(end);
    }

    /** Writes the file. */
    static void write() {
        try {
            Files.writeString(FILE, generated());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns all guards of exits and of the JDK's clients, by the names of their classes, in the order of the tables. */
    static Map<String, Guard> guards() {
        Enforcement enforcement =
                new Enforcement(new DecisionId.Source(), new TraceSource(), new AgentLog(AgentLog.Level.OFF));
        Map<String, Guard> guards = new LinkedHashMap<>();
        for (Guard guard : Exits.all(enforcement)) {
            guards.put(guard.getClass().getName(), guard);
        }
        add(guards, Exits.late(), enforcement);
        add(guards, Exits.rightAfterStart(), enforcement);
        add(guards, Clients.inJdk(), enforcement);
        return guards;
    }

    private static void add(Map<String, Guard> guards, String[][] rows, Enforcement enforcement) {
        for (String[] row : rows) {
            try {
                Guard guard = Class.forName(row[0])
                        .asSubclass(Guard.class)
                        .getConstructor(Enforcement.class)
                        .newInstance(enforcement);
                guards.put(row[0], guard);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String table() {
        StringBuilder table = new StringBuilder("\n");
        table.append("| exit | `via` | what it is | JDK methods | proved | tried by |\n");
        table.append("|---|---|---|---|---|---|\n");
        for (Guard guard : guards().values()) {
            Class<?> type = guard.getClass();
            table.append("| ").append(type.getSimpleName());
            table.append(" | ").append(vias(guard));
            table.append(" | ").append(says(type));
            table.append(" | ").append(methods(guard));
            table.append(" | ").append(proved(guard));
            table.append(" | ").append(tried(type));
            table.append(" |\n");
        }
        return table.append("\n").toString();
    }

    private static String vias(Guard guard) {
        List<String> words = new ArrayList<>();
        for (Via via : guard.vias()) {
            words.add('`' + via.label() + '`');
        }
        return String.join(", ", words);
    }

    /** Returns the first sentence of what the class says of itself. */
    private static String says(Class<?> type) {
        String source =
                read(ROOT.resolve("javaagent/src/main/java/" + type.getName().replace('.', '/') + ".java"));
        Matcher comment = Pattern.compile("/\\*\\*(.*?)\\*/\\s*public final class", Pattern.DOTALL)
                .matcher(source);
        if (!comment.find()) {
            throw new IllegalStateException(type + " does not say what it guards");
        }
        String text = comment.group(1).replaceAll("\\s*\\n\\s*\\* ?", " ").strip();
        text = text.replaceAll("\\{@(?:code|link) ([^}]*)}", "`$1`");
        Matcher sentence = Pattern.compile("^.*?[.](?= [A-Z`]|$)").matcher(text);
        return sentence.find() ? sentence.group() : text;
    }

    private static String methods(Guard guard) {
        Map<String, List<JoinPoint>> byLabel = new LinkedHashMap<>();
        for (JoinPoint point : guard.points()) {
            byLabel.computeIfAbsent(point.label(), label -> new ArrayList<>()).add(point);
        }
        List<String> methods = new ArrayList<>();
        byLabel.forEach((label, points) -> methods.add('`' + label + '`' + versions(points)));
        return String.join("<br>", methods);
    }

    private static String versions(List<JoinPoint> points) {
        int since = points.stream().mapToInt(JoinPoint::since).min().orElse(0);
        int until = points.stream().mapToInt(JoinPoint::until).max().orElse(0);
        if (until < Integer.MAX_VALUE) {
            return " (up to " + until + ")";
        }
        return since > 0 ? " (since " + since + ")" : "";
    }

    private static String proved(Guard guard) {
        return switch (guard.proof()) {
            case AT_START -> "at start";
            case AFTER_START -> "right after";
            case NONE -> "when its class is loaded";
        };
    }

    private static String tried(Class<?> type) {
        List<String> tests = Objects.requireNonNull(TRIED.get(type.getSimpleName()), () -> type + " is tried nowhere");
        List<String> words = new ArrayList<>();
        for (String test : tests) {
            int blank = test.indexOf(' ');
            String in = blank < 0 ? test : test.substring(0, blank);
            String what = blank < 0 ? "class " + in : test.substring(blank + 1);
            if (!read(TESTS.resolve(in + ".java")).contains(in.equals("ExitRow") ? '"' + what + '"' : what)) {
                throw new IllegalStateException(in + " does not have " + what);
            }
            words.add(
                    in.equals("ExitRow")
                            ? "`ExitsIT` " + what
                            : blank < 0 ? '`' + in + '`' : '`' + in + '.' + what + '`');
        }
        return String.join("<br>", words);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
