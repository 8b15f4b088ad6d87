package dev.sallyport.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.Denial;
import org.junit.jupiter.api.Test;

class RefusalsTest {

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
