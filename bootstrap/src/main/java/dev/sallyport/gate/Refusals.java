package dev.sallyport.gate;

import dev.sallyport.Denial;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What was refused inside one tool call, on whatever thread: so that the reports, which name rules, can be taken out of
 * what the tool answers to the model. The newest hundred are kept. Safe on any thread.
 */
public final class Refusals {

    /** How many are kept at least: a tool may start a thread that tries in vain for as long as the JVM lives. */
    static final int KEPT = 100;

    /** A refusal, with {@code count} refusals up to and with it. */
    private record Entry(Denial denial, @Nullable Entry before, int count) {

        static Entry after(@Nullable Entry before, Denial denial) {
            Entry kept = before == null || before.count < 2 * KEPT ? before : before.newest(KEPT);
            return new Entry(denial, kept, kept == null ? 1 : kept.count + 1);
        }

        private Entry newest(int most) {
            return new Entry(denial, before == null || most == 1 ? null : before.newest(most - 1), most);
        }
    }

    private final AtomicReference<@Nullable Entry> last = new AtomicReference<>();
    private final @Nullable Refusals outer;

    Refusals(@Nullable Refusals outer) {
        this.outer = outer;
    }

    void add(Denial denial) {
        Entry before;
        do {
            before = last.get();
        } while (!last.compareAndSet(before, Entry.after(before, denial)));
        if (outer != null) {
            outer.add(denial);
        }
    }

    boolean none() {
        return last.get() == null;
    }

    /**
     * Returns {@code text} with every report of a refusal, and every line of one, replaced by what a model may see, be it as
     * it is or inside JSON; itself if it has none.
     */
    public String hideFromModel(String text) {
        String shown = text;
        for (Entry entry = last.get(); entry != null; entry = entry.before) {
            shown = Report.of(entry.denial).hideIn(shown);
        }
        return shown;
    }

    /**
     * Returns a tool's answer with the reports taken out of every text that it is made of, as far as it is made of strings,
     * maps, lists and records; itself if there are none in it.
     */
    public @Nullable Object hideInAnswer(@Nullable Object answer) {
        return new Answer(this).shown(answer, 0);
    }
}
