package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tools and agents of each agent framework, with a scripted model: allowed, refused, and the conversation goes on.
 * Each tool that is refused would have reached the far end.
 */
class FrameworksIT {

    private static final String PACKAGE = "com.example.frameworks.";
    private static final Pattern REF = Pattern.compile("d-[0-9A-Z]{26}");
    private static final Pattern TOLD = Pattern.compile("^[a-zA-Z][a-zA-Z ]*=");
    private static final String REFUSED = "denied by policy (ref d-)";

    private static final String POLICY = Policies.with("""
            agents:
              desk:
                entry:
                  - com.example.frameworks.anthropic.Anthropic#converse
                  - com.example.frameworks.embabel.Embabel#converse
                  - com.example.frameworks.langchain4j.Mcp#converse
                  - com.example.frameworks.mcp.HttpClient#converse
                  - com.example.frameworks.mcp.StdioClient#converse
                  - com.example.frameworks.openai.OpenAi#converse
                  - com.example.frameworks.quarkus.QuarkusMcp#converse
                  - com.example.frameworks.semantickernel.Chat#converse
                  - com.example.frameworks.semantickernel.SemanticKernel#converse
                  - com.example.frameworks.spring.SpringAi#converse
              orchestrator: {delegatesTo: [refund], entry: ["com.example.frameworks.koog.Koog#converse", "com.example.frameworks.spring.SpringAiAgents#converse"]}
              refund: {}
              fraud: {}
            egress:
              - {id: servers, via: [process], to: ["**"], action: allow}
              - {id: mcp, to: ["127.0.0.1:MCP"], action: allow}
            tools:
              - id: reads
                agent: [AGENTS]
                tool: [readOrder, phone, orders.readOrder, orders.phone]
                action: allow
              - {id: refunds, agent: [refund], tool: [refundOrder], action: allow}
            """);

    /**
     * A program.
     *
     * @param module the folder of its framework
     * @param main its class, below {@link #PACKAGE}
     * @param reaching how many of its calls reach the far end if nobody refuses
     * @param told what it says that its model was told, line by line
     */
    private record Program(String module, String main, int reaching, List<String> told) {

        @Override
        public String toString() {
            return module + ' ' + main;
        }
    }

    private static final List<String> SPRING = List.of(
            "deleteOrder=" + REFUSED,
            "phone=" + REFUSED,
            "readOrder=\"order 7\"",
            "deleteByFunction=" + REFUSED,
            "deleteOwn=" + REFUSED,
            "deleteBelow=" + REFUSED,
            "directly=" + REFUSED);

    private static final List<String> SPRING_AGENTS = List.of(
            "nobody named=" + REFUSED,
            "refund=\"order 7\"",
            "fraud=" + REFUSED,
            "unknown=" + REFUSED,
            "nobody again=" + REFUSED);

    private static final List<String> MCP =
            List.of("readOrder=order 7", "deleteOrder=" + REFUSED + " (error)", "again=order 7");

    private static final List<String> MCP_BY_HTTP = List.of(
            "the server is asked=another tool",
            "readOrder=order 7",
            "deleteOrder=" + REFUSED + " (error)",
            "the server is asked=another tool",
            "again=order 7");

    private static final List<Program> PROGRAMS = List.of(
            new Program("spring-ai-1", "spring.SpringAi", 6, SPRING),
            new Program("spring-ai-2", "spring.SpringAi", 6, SPRING),
            new Program("spring-ai-1", "spring.SpringAiAgents", 0, SPRING_AGENTS),
            new Program("spring-ai-2", "spring.SpringAiAgents", 0, SPRING_AGENTS),
            new Program("mcp-0", "mcp.StdioClient", 1, MCP),
            new Program("mcp-1", "mcp.StdioClient", 1, MCP),
            new Program("mcp-2", "mcp.StdioClient", 1, MCP),
            new Program("mcp-1", "mcp.HttpClient", 1, MCP_BY_HTTP),
            new Program("mcp-2", "mcp.HttpClient", 1, MCP_BY_HTTP),
            new Program(
                    "anthropic",
                    "anthropic.Anthropic",
                    2,
                    List.of("readOrder=order 7", "deleteOrder=" + REFUSED, "phone=Error: " + REFUSED)),
            new Program(
                    "koog",
                    "koog.Koog",
                    2,
                    List.of(
                            "refund readOrder=\"order 7\"",
                            "refund deleteOrder=" + REFUSED,
                            "refund phone=Tool with name 'phone' failed to execute due to the error: " + REFUSED + "!",
                            "refund readOrder=\"order 7\"",
                            "stranger readOrder=\"order 7\"",
                            "fraud=failed: " + REFUSED)),
            new Program(
                    "openai",
                    "openai.OpenAi",
                    3,
                    List.of(
                            "readOrder=order 7",
                            "deleteOrder=" + REFUSED + " (error)",
                            "phone=Tool handler failed. (error)",
                            "deleteLater=" + REFUSED + " (error)",
                            "readOrder=order 7")),
            new Program(
                    "quarkus-mcp",
                    "quarkus.QuarkusMcp",
                    3,
                    List.of(
                            "readOrder=order 7",
                            "deleteOrder=" + REFUSED + " (error)",
                            "deleteLater=" + REFUSED + " (error)",
                            "phone=failed: dev.sallyport.EgressDeniedException: " + REFUSED + " (error)",
                            "readOrder=order 7")),
            new Program(
                    "langchain4j",
                    "langchain4j.Mcp",
                    2,
                    List.of(
                            "readOrder=order 7",
                            "directly readOrder=order 7",
                            "deleteOrder=" + REFUSED,
                            "directly deleteOrder=" + REFUSED + " (error)")),
            new Program(
                    "langchain4j",
                    "langchain4j.Agentic",
                    1,
                    List.of(
                            "refund=order 7",
                            "stranger=" + REFUSED,
                            "fraud=failed: " + REFUSED,
                            "orchestrator=failed")),
            new Program(
                    "semantic-kernel",
                    "semantickernel.SemanticKernel",
                    2,
                    List.of("readOrder=order 7", "deleteOrder=failed: " + REFUSED, "phone=failed: " + REFUSED)),
            new Program(
                    "semantic-kernel",
                    "semantickernel.Chat",
                    2,
                    List.of(
                            "readOrder=order 7",
                            "deleteOrder=Call failed: " + REFUSED,
                            "phone=Call failed: The request was invalid: Function threw an exception: phone",
                            "readOrder=order 7")),
            new Program(
                    "google-adk",
                    "adk.AdkLive",
                    2,
                    List.of(
                            "told=Function readOrder returned: {result=order 7}",
                            "told=Function readOrder returned: {result=order 8}",
                            "told=Function deleteOrder returned: {error=" + REFUSED + "}",
                            "told=Function deleteAtOnce returned: {error=" + REFUSED + "}")),
            new Program(
                    "google-adk",
                    "adk.Adk",
                    3,
                    List.of(
                            "refund readOrder={result=order 7}",
                            "refund deleteOrder={error=" + REFUSED + "}",
                            "refund deleteOwn={error=" + REFUSED + "}",
                            "stranger readOrder={error=" + REFUSED + "}",
                            "refund readOrder={result=order 7}",
                            "refund phone={status=error, message=An internal error occurred.}",
                            "orchestrator=failed: " + REFUSED)),
            new Program(
                    "embabel",
                    "embabel.Embabel",
                    5,
                    List.of(
                            "deleteOrder=" + REFUSED + " (error)",
                            "phone=" + REFUSED + " (error)",
                            "readOrder=order 7",
                            "deleteByFunction=" + REFUSED + " (error)",
                            "deleteOwn=" + REFUSED + " (error)",
                            "readOrder=" + REFUSED + " (error)")));

    @TempDir
    Path directory;

    private TcpFarEnd farEnd;

    @BeforeEach
    void open() {
        farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
    }

    @AfterEach
    void close() {
        farEnd.close();
    }

    static Stream<Arguments> onEachJdk() {
        return PROGRAMS.stream().flatMap(program -> Jdks.all().stream().map(jdk -> Arguments.of(program, jdk)));
    }

    static Stream<Program> programs() {
        return PROGRAMS.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void withoutTheAgentEveryToolReachesTheFarEnd(Program program) throws IOException {
        Jdk jdk = Jdks.of(program.module().equals("embabel") ? 25 : 17);

        Exited exited = run(jvm(program, jdk), program, freePort());

        assertThat(exited.status()).as(exited.toString()).isZero();
        assertThat(exited.out()).doesNotContain("denied by policy");
        assertThat(farEnd.seen()).isEqualTo(program.reaching());
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("onEachJdk")
    void aRefusedToolDoesNotRunAndTheModelIsToldOnlyThatItWas(Program program, Jdk jdk) throws IOException {
        assumeTrue(runsOn(program, jdk), program + " is for later JDKs");
        int port = freePort();
        ChildJvm jvm = jvm(program, jdk).policy(policy("desk, refund, fraud, orchestrator", port));

        Exited exited = run(jvm, program, port);

        assertThat(exited.status()).as(exited.toString()).isZero();
        assertThat(told(exited)).as(exited.toString()).isEqualTo(program.told());
        assertThat(farEnd.seen()).isZero();
        decidedOnce(jvm, program);
    }

    @ParameterizedTest(name = "{0} {1}, {2}")
    @MethodSource("servers")
    void aToolOfAServerIsRefusedWhoeverAsksForIt(String module, String transport, Jdk jdk) {
        boolean stdio = transport.equals("stdio");
        Program client = new Program(module, stdio ? "mcp.StdioClient" : "mcp.HttpServerClient", 0, List.of());
        Path policy = policy("unattributed", 1);
        List<String> arguments = new ArrayList<>();
        if (!stdio) {
            arguments.add(transport);
        }
        arguments.addAll(List.of(
                jdk.command("java").toString(),
                "-javaagent:" + Product.JAR + "=policy=" + policy + ",journal=" + directory.resolve("journal"),
                "-Dfar-end=" + farEnd.port(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Product.framework(module).stream()
                        .map(Path::toString)
                        .reduce((a, b) -> a + ':' + b)
                        .orElseThrow(),
                PACKAGE + (stdio ? "mcp.StdioServerOfSdk" : "mcp.HttpServerOfSdk"),
                transport));

        Exited exited = jvm(client, jdk).run(PACKAGE + client.main(), arguments.toArray(new String[0]));

        assertThat(exited.status()).as(exited.toString()).isZero();
        assertThat(told(exited))
                .as(exited.toString())
                .containsExactly("readOrder=order 7", "deleteOrder=" + REFUSED + " (error)", "again=order 7");
        assertThat(farEnd.seen()).isZero();
    }

    static Stream<Arguments> servers() {
        return Stream.of(
                        "mcp-0 stdio",
                        "mcp-0 sse",
                        "mcp-1 stdio",
                        "mcp-1 sse",
                        "mcp-1 streamable",
                        "mcp-1 stateless",
                        "mcp-2 stdio",
                        "mcp-2 sse",
                        "mcp-2 streamable",
                        "mcp-2 stateless")
                .map(server -> server.split(" ", -1))
                .flatMap(server -> Jdks.all().stream().map(jdk -> Arguments.of(server[0], server[1], jdk)));
    }

    /** Each read passes two woven points: counted twice, the budget would be used up before the last of them. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("counted")
    void aCallThatPassesTwoLayersIsCountedAndItsConditionsHoldOnce(String module, int reads, Jdk jdk)
            throws IOException {
        Program program = program(module);
        ChildJvm jvm = jvm(program, jdk).policy(counting(reads));

        Exited exited = run(jvm, program, freePort());

        assertThat(exited.status()).as(exited.toString()).isZero();
        assertThat(told(exited)).as(exited.toString()).isEqualTo(program.told());
        assertThat(farEnd.seen()).isZero();
        decidedOnce(jvm, program);
    }

    static Stream<Arguments> counted() {
        return Jdks.all().stream()
                .flatMap(jdk -> Stream.of(Arguments.of("spring-ai-2", 1, jdk), Arguments.of("google-adk", 2, jdk)));
    }

    @EachJdk
    void twoCallsAreCountedAsTwo(Jdk jdk) throws IOException {
        Program program = program("google-adk");
        List<String> told = new ArrayList<>(program.told());
        told.set(4, "refund readOrder={error=" + REFUSED + "}");

        Exited exited = run(jvm(program, jdk).policy(counting(1)), program, freePort());

        assertThat(exited.status()).as(exited.toString()).isZero();
        assertThat(told(exited)).as(exited.toString()).isEqualTo(told);
    }

    private static Program program(String module) {
        return PROGRAMS.stream()
                .filter(program -> program.module().equals(module)
                        && (program.main().equals("spring.SpringAi")
                                || program.main().equals("adk.Adk")))
                .findFirst()
                .orElseThrow();
    }

    private Path counting(int reads) {
        String policy = POLICY.replace("AGENTS", "desk, refund, fraud, orchestrator")
                .replace("MCP", "1")
                .replace(
                        "action: allow\n  - {id: refunds",
                        "when: \"args.order == '7'\"\n    action: allow\n  - {id: refunds");
        assertThat(policy).contains("when:");
        return Policies.write(
                directory,
                policy + "limits:\n  - {id: reads-rate, count: tool.calls, tool: [readOrder], per: 1h, max: " + reads
                        + "}\n");
    }

    /** The layers of a framework, and of two of them one above the other, do not decide the same call again. */
    private static void decidedOnce(ChildJvm jvm, Program program) {
        List<JournalEntry> reads = Journals.read(jvm.journal()).stream()
                .filter(entry ->
                        entry.stage().equals("tool") && entry.decision().equals("allow"))
                .toList();
        long told = program.told().stream()
                .filter(line -> line.contains("=order 7") || line.contains("\"order 7") || line.contains("phone"))
                .count();
        // Embabel's renamed tool is allowed by its new name, and refused by the one that it wraps.
        assertThat(reads).hasSize((int) told + (program.module().equals("embabel") ? 1 : 0));
    }

    private ChildJvm jvm(Program program, Jdk jdk) {
        return new ChildJvm(jdk, directory)
                .classPath(Product.framework(program.module()))
                .option("-XX:TieredStopAtLevel=1", "-Dfar-end=" + farEnd.port())
                .option("-Dcommon=" + Product.framework("common").get(0));
    }

    private static Exited run(ChildJvm jvm, Program program, int port) {
        String main = PACKAGE + program.main();
        return switch (program.module() + ' ' + program.main()) {
            case "embabel embabel.Embabel" -> {
                String source = "frameworks/embabel/src/launched/java/" + main.replace('.', '/') + ".java";
                yield jvm.run(Product.app(source).toString());
            }
            case "anthropic anthropic.Anthropic",
                    "openai openai.OpenAi",
                    "mcp-1 mcp.HttpClient",
                    "mcp-2 mcp.HttpClient" -> jvm.run(main, Integer.toString(port));
            default -> jvm.run(main);
        };
    }

    private static boolean runsOn(Program program, Jdk jdk) {
        return !program.module().equals("embabel") || jdk.feature() >= 21;
    }

    private Path policy(String agents, int mcpPort) {
        return Policies.write(directory, POLICY.replace("AGENTS", agents).replace("MCP", Integer.toString(mcpPort)));
    }

    private static List<String> told(Exited exited) {
        List<String> told = new ArrayList<>();
        for (String line : exited.out().split("\n")) {
            if (TOLD.matcher(line).find()) {
                told.add(REF.matcher(line).replaceAll("d-"));
            }
        }
        return told;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
