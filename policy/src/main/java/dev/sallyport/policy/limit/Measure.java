package dev.sallyport.policy.limit;

import dev.sallyport.policy.Via;
import dev.sallyport.policy.match.Conditions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a limit counts, or adds up. */
public enum Measure {
    TOOL_CALLS("tool.calls", Conditions.bit(Via.TOOL)),
    CONNECTS("egress.connects", Conditions.bit(Via.TCP) | Conditions.bit(Via.UDP) | Conditions.bit(Via.UNIX)),
    REQUESTS("egress.requests", Conditions.bit(Via.HTTP)),
    QUESTIONS("dns.questions", Conditions.bit(Via.DNS)),
    PROCESSES("process.starts", Conditions.bit(Via.PROCESS)),
    BYTES_OUT("egress.bytesOut", Conditions.bit(Via.TCP) | Conditions.bit(Via.UDP) | Conditions.bit(Via.UNIX)),
    BYTES_IN("egress.bytesIn", Conditions.bit(Via.TCP) | Conditions.bit(Via.UDP) | Conditions.bit(Via.UNIX)),
    /** A number among a tool's arguments; written with its name, as {@code args.amountMinor}. */
    ARGUMENT("args.", Conditions.bit(Via.TOOL));

    private final String label;
    private final int vias;

    Measure(String label, int vias) {
        this.label = label;
        this.vias = vias;
    }

    /** Returns the word that stands for it in a policy. */
    public String label() {
        return label;
    }

    /** Returns the bits of the ways out that it sees, as {@link Conditions#bit} gives them. */
    public int vias() {
        return vias;
    }

    /** Returns whether it is bytes on a connection, which are counted where they are written and read. */
    public boolean bytes() {
        return this == BYTES_OUT || this == BYTES_IN;
    }

    /** Returns whether it is added up, and not counted one by one. */
    public boolean sum() {
        return bytes() || this == ARGUMENT;
    }

    /** Returns the measure of this name, which is none of an argument; null if there is none. */
    public static @Nullable Measure of(String label) {
        for (Measure measure : values()) {
            if (measure != ARGUMENT && measure.label.equals(label)) {
                return measure;
            }
        }
        return null;
    }

    /** Returns the names of those that are added up, or of those that are counted one by one. */
    public static List<String> labels(boolean sum) {
        List<String> labels = new ArrayList<>();
        for (Measure measure : values()) {
            if (measure.sum() == sum && measure != ARGUMENT) {
                labels.add(measure.label);
            }
        }
        return labels;
    }
}
