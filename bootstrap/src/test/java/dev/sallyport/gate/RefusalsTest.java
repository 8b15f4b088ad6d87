package dev.sallyport.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private static final String SENTENCE = "denied by policy (ref d-1)";

    private final Refusals outer = new Refusals(null);
    private final Refusals refusals = new Refusals(outer);

    @Test
    void reportsAreReplacedByWhatTheModelMaySee() {
        refusals.add(denial(1));
        refusals.add(denial(2));

        assertThat(refusals.hideFromModel("tried: report 1\nrule a, then report 2\\nrule a"))
                .isEqualTo("tried: denied by policy (ref d-1), then denied by policy (ref d-2)");
        assertThat(outer.hideFromModel("report 1\nrule a")).isEqualTo("denied by policy (ref d-1)");
        assertThat(refusals.hideFromModel("nothing here")).isEqualTo("nothing here");
    }

    @Test
    void reportsAreFoundInsideOfJsonHoweverOftenItIsEscaped() {
        String report = "DENIED \"refund\" -> host:443\n  rule    lib-beacons   <by> '1'\n  why     it's\tso";
        refusals.add(new Denial("d-1", "a", "p@1", "connect", "refund", "host:443", report, "tool"));
        String once = report.replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
        String twice = once.replace("\\", "\\\\").replace("\"", "\\\"");
        String asHtml = once.replace(">", "\\u003e").replace("<", "\\u003C").replace("'", "\\u0027");

        assertThat(refusals.hideFromModel("{\"e\":\"" + once + "\"}")).isEqualTo("{\"e\":\"" + SENTENCE + "\"}");
        assertThat(refusals.hideFromModel("{\"e\":\"" + twice + "\"}")).isEqualTo("{\"e\":\"" + SENTENCE + "\"}");
        assertThat(refusals.hideFromModel("{\"e\":\"" + asHtml + "\"}")).isEqualTo("{\"e\":\"" + SENTENCE + "\"}");
        assertThat(refusals.hideFromModel("{\"e\":\"\\u003d\"}")).isEqualTo("{\"e\":\"\\u003d\"}");
    }

    @Test
    void aLineOfAReportIsHiddenToo() {
        refusals.add(new Denial(
                "d-1",
                "a",
                "p@1",
                "connect",
                "refund",
                "host:443",
                "DENIED x\n  rule    lib-beacons\n  why  y",
                "tool"));

        assertThat(refusals.hideFromModel("because of rule    lib-beacons, why  y"))
                .isEqualTo("because of " + SENTENCE + ", why  y");
    }

    record Text(String text, int length) {}

    record Result(List<Object> contents, Map<String, Object> more, boolean error) {}

    @Test
    void answersAreMadeAgainWithoutReports() {
        refusals.add(denial(1));
        Result result = new Result(
                List.of(new Text("say: report 1\nrule a", 3), new Text("harmless", 4)),
                Map.of("structured", Map.of("text", "report 1\nrule a")),
                true);
        Result harmless = new Result(List.of("x"), Map.of(), false);

        assertThat(refusals.hideInAnswer(result))
                .isEqualTo(new Result(
                        List.of(new Text("say: " + SENTENCE, 3), new Text("harmless", 4)),
                        Map.of("structured", Map.of("text", SENTENCE)),
                        true));
        assertThat(refusals.hideInAnswer(harmless)).isSameAs(harmless);
        assertThat(refusals.hideInAnswer(null)).isNull();
    }

    @Test
    void theExceptionOfADenialInsideAToolSaysTheRuleOnlyInItsStackTrace() {
        refusals.add(denial(1));
        EgressDeniedException denied = new EgressDeniedException(denial(1));
        StringWriter trace = new StringWriter();
        denied.printStackTrace(new PrintWriter(trace));

        assertThat(new IllegalStateException(denied).getMessage())
                .endsWith(SENTENCE)
                .doesNotContain("rule");
        assertThat(trace.toString()).contains("report 1\nrule a");
        assertThat(refusals.hideFromModel(trace.toString())).doesNotContain("rule a");
    }

    @Test
    void aToolThatIsRefusedForEverDoesNotFillTheHeap() {
        for (int i = 0; i < 10_000; i++) {
            refusals.add(denial(i));
        }

        int hidden = 0;
        for (int i = 0; i < 10_000; i++) {
            String shown = refusals.hideFromModel("report " + i + "\nrule a");
            boolean kept = shown.equals("denied by policy (ref d-" + i + ")");
            assertThat(kept).as("refusal " + i).isEqualTo(hidden > 0 || kept);
            hidden += kept ? 1 : 0;
        }
        assertThat(hidden).isBetween(Refusals.KEPT, 2 * Refusals.KEPT);
    }

    private static Denial denial(int i) {
        String text = "report " + i + "\nrule a";
        return new Denial("d-" + i, "a", "p@1", "connect", "refund", "host:443", text, "tool");
    }
}
