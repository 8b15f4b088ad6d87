package dev.sallyport.gate;

import dev.sallyport.Denial;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What was refused inside one tool call, on whatever thread: so that the reports, which name rules, can be taken out of
 * what the tool answers to the model. Safe on any thread.
 */
public final class Refusals {

    private record Entry(Denial denial, @Nullable Entry before) {}

    private final AtomicReference<@Nullable Entry> last = new AtomicReference<>();
    private final @Nullable Refusals outer;

    Refusals(@Nullable Refusals outer) {
        this.outer = outer;
    }

    void add(Denial denial) {
        Entry before;
        do {
            before = last.get();
        } while (!last.compareAndSet(before, new Entry(denial, before)));
        if (outer != null) {
            outer.add(denial);
        }
    }

    boolean none() {
        return last.get() == null;
    }

    /** Returns {@code text} with every report of a refusal replaced by what a model may see; itself if it has none. */
    public String hideFromModel(String text) {
        String shown = text;
        for (Entry entry = last.get(); entry != null; entry = entry.before) {
            String report = entry.denial.text();
            String sentence = entry.denial.forModel();
            shown = shown.replace(report, sentence).replace(report.replace("\n", "\\n"), sentence);
        }
        return shown;
    }
}
