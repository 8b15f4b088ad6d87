package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What a rule for content finds in a body does not arrive: the far end keeps every byte that it is sent. */
class ContentIT {

    private static final String CARD = "4111111111111111";
    private static final String RULE = "- {id: cards, detect: [payment-card]}";
    private static final List<String> WAYS = List.of(
            "url", "url-fixed", "url-chunked", "url-bytes", "client", "client-parts", "client-stream", "client-async");
    private static final String REFUSED = "dev.sallyport.EgressDeniedException";

    @TempDir
    Path directory;

    private final BodyFarEnd farEnd = new BodyFarEnd();

    @AfterEach
    void close() {
        farEnd.close();
    }

    @EachJdk
    void withoutARuleItGetsOut(Jdk jdk) {
        try (Conversation child = jvm(jdk, null).talk("com.example.exits.Sender")) {
            for (String way : WAYS) {
                assertThat(child.ask("refund", way, url(), "card " + CARD + " way " + way))
                        .isEqualTo("200");
                assertThat(farEnd.received()).contains("way " + way);
            }
            assertThat(farEnd.received().split(CARD, -1)).hasSize(WAYS.size() + 1);
        }
    }

    @EachJdk
    void aBodyThatHoldsACardDoesNotArriveAndIsSentOnce(Jdk jdk) throws IOException {
        ChildJvm jvm = jvm(jdk, RULE);
        try (Conversation child = jvm.talk("com.example.exits.Sender")) {
            for (String way : WAYS) {
                assertThat(child.ask("refund", way, url(), "no card way " + way))
                        .as(way)
                        .isEqualTo("200");
                int before = farEnd.requests();
                assertThat(child.ask("refund", way, url(), "card " + CARD))
                        .as(way)
                        .contains(REFUSED);
                assertThat(child.ask("refund", way, url(), "again no card"))
                        .as(way)
                        .isEqualTo("200");
                assertThat(farEnd.requests()).as(way).isEqualTo(before + 1);
            }
            assertThat(farEnd.received()).contains("no card").doesNotContain(CARD);
            assertThat(child.errors())
                    .contains("rule    cards", "payment-card in body at ")
                    .doesNotContain(CARD);
        }
        assertThat(Journals.read(jvm.journal()))
                .filteredOn(entry -> "cards".equals(entry.rule()))
                .hasSize(WAYS.size())
                .allSatisfy(entry -> {
                    assertThat(entry.decision()).isEqualTo("deny");
                    assertThat(entry.stage()).isEqualTo("http");
                    assertThat(entry.agent()).isEqualTo("refund");
                    assertThat(entry.reason()).startsWith("payment-card in body at ");
                });
        assertThat(everythingIn(jvm.journal())).doesNotContain(CARD);
    }

    @EachJdk
    void whatIsSplitOverTwoPartsDoesNotArriveWhole(Jdk jdk) {
        try (Conversation child = jvm(jdk, RULE).talk("com.example.exits.Sender")) {
            for (String way : WAYS) {
                assertThat(child.ask("refund", way, url(), "card 41111111|11111111 way " + way))
                        .as(way)
                        .contains(REFUSED);
            }
            assertThat(farEnd.received()).doesNotContain(CARD, "11111111 way");
        }
    }

    @EachJdk
    void whatIsInABase64TextOrEscapedDoesNotArriveEither(Jdk jdk) {
        String base64 = java.util.Base64.getEncoder()
                .encodeToString(
                        ("the card is " + CARD + " as was said").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        try (Conversation child = jvm(jdk, RULE).talk("com.example.exits.Sender")) {
            assertThat(child.ask("refund", "client", url(), "{\"file\": \"" + base64 + "\"}"))
                    .contains(REFUSED);
            assertThat(child.ask("refund", "url", url(), "card=4111%201111%201111%201111"))
                    .contains(REFUSED);
            assertThat(farEnd.received()).doesNotContain(base64, "4111%20");
        }
    }

    @EachJdk
    void theQueryThePathAndHeadersAreLookedIntoBeforeAnythingIsWritten(Jdk jdk) {
        try (Conversation child = jvm(jdk, RULE).talk("com.example.exits.Sender")) {
            for (String way : List.of("url-header", "client-header")) {
                assertThat(child.ask("refund", way, url(), CARD)).as(way).contains(REFUSED);
                assertThat(child.ask("refund", way, url() + "?card=" + CARD, "none"))
                        .as(way)
                        .contains(REFUSED);
                assertThat(child.ask("refund", way, url() + CARD, "none"))
                        .as(way)
                        .contains(REFUSED);
            }
            assertThat(farEnd.received()).isEmpty();
            assertThat(child.ask("refund", "url-header", url() + "?card=none", "none"))
                    .isEqualTo("200");
        }
    }

    @EachJdk
    void anExceptionLetsItPassToItsDestinationAndForItsAgent(Jdk jdk) {
        String rule = "- {id: cards, detect: [payment-card], except: {to: [\"127.0.0.1\"], agent: [refund]}}";
        try (Conversation child = jvm(jdk, rule).talk("com.example.exits.Sender")) {
            for (String way : WAYS) {
                assertThat(child.ask("refund", way, url(), "card " + CARD))
                        .as(way)
                        .isEqualTo("200");
                assertThat(child.ask("fraud-check", way, url(), "card " + CARD + " of another"))
                        .as(way)
                        .contains(REFUSED);
            }
            assertThat(farEnd.received()).contains(CARD).doesNotContain("of another");
        }
    }

    @EachJdk
    void aRuleInMonitorModeLetsItPassAndSaysWhatItFound(Jdk jdk) {
        ChildJvm jvm = jvm(jdk, "- {id: cards, detect: [payment-card], mode: monitor}");
        try (Conversation child = jvm.talk("com.example.exits.Sender")) {
            for (String way : WAYS) {
                assertThat(child.ask("refund", way, url(), "card " + CARD))
                        .as(way)
                        .isEqualTo("200");
            }
            assertThat(farEnd.received().split(CARD, -1)).hasSize(WAYS.size() + 1);
        }
        assertThat(Journals.read(jvm.journal()))
                .filteredOn(entry -> "cards".equals(entry.wouldRule()))
                .hasSize(WAYS.size())
                .allSatisfy(entry -> {
                    assertThat(entry.decision()).isEqualTo("allow");
                    assertThat(entry.would()).isEqualTo("deny");
                    assertThat(entry.reason()).startsWith("payment-card in body at ");
                });
    }

    @EachJdk
    void aRuleThatComesWithAChangedPolicyLooksFromThenOnAndUntilItGoes(Jdk jdk) {
        try (Conversation child = jvm(jdk, null).talk("com.example.exits.Sender")) {
            for (String way : WAYS) {
                assertThat(child.ask("refund", way, url(), "card " + CARD)).isEqualTo("200");
            }
            write(RULE);
            awaitInForce(child, 1);
            int before = farEnd.received().split(CARD, -1).length;
            for (String way : WAYS) {
                assertThat(child.ask("refund", way, url(), "card " + CARD))
                        .as(way)
                        .contains(REFUSED);
            }
            assertThat(farEnd.received().split(CARD, -1)).hasSize(before);
            write(null);
            awaitInForce(child, 2);
            for (String way : WAYS) {
                assertThat(child.ask("refund", way, url(), "card " + CARD))
                        .as(way)
                        .isEqualTo("200");
            }
        }
    }

    @EachJdk
    void theArgumentsOfAToolAreLookedInto(Jdk jdk) {
        ChildJvm jvm = jvm(jdk, "- {id: cards, on: tool.args, detect: [payment-card]}");
        try (Conversation child = jvm.talk("com.example.exits.Spender")) {
            assertThat(child.ask("refund", "tool", "order 17", "5")).isEqualTo("ok");
            assertThat(child.ask("refund", "tool", "card " + CARD, "5"))
                    .isEqualTo("refused dev.sallyport.ToolDeniedException");
            assertThat(child.errors()).contains("payment-card in args.").doesNotContain(CARD);
        }
        assertThat(Journals.read(jvm.journal()))
                .filteredOn(entry -> "cards".equals(entry.rule()))
                .extracting(JournalEntry::stage)
                .containsExactly("tool");
    }

    private String url() {
        return "http://127.0.0.1:" + farEnd.port() + "/orders/";
    }

    private static String everythingIn(Path journal) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(journal)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private static void awaitInForce(Conversation child, int changes) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (child.errors().split("is in force", -1).length <= changes) {
            assertThat(System.nanoTime()).as(child.errors()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private ChildJvm jvm(Jdk jdk, @Nullable String rule) {
        return new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                .option("-Dsallyport.log=info")
                .policy(write(rule));
    }

    private Path write(@Nullable String rule) {
        return Policies.write(directory, Policies.with("""
                agents: {refund: {}, fraud-check: {}}
                egress:
                  - {id: all, via: [dns, tcp, udp, http, listen], to: ["*"], action: allow}
                  - {id: all-paths, via: [unix, process, native, attach], to: ["**"], action: allow}
                """ + (rule == null ? "" : "content:\n  " + rule + "\n")));
    }
}
