package dev.sallyport.policy.content;

import java.util.ArrayList;
import java.util.List;

/**
 * What one or several rules look for. Immutable.
 *
 * @param bits the built-in detectors, as bits
 * @param patterns the policy's own patterns
 */
public record Detectors(int bits, List<OwnPattern> patterns) {

    /** Returns a set of built-in detectors and of the policy's own patterns. */
    public static Detectors of(List<Detector> builtIn, List<OwnPattern> patterns) {
        int bits = 0;
        for (Detector detector : builtIn) {
            bits |= detector.bit();
        }
        return new Detectors(bits, patterns);
    }

    /** Returns these and others. */
    public Detectors and(Detectors other) {
        List<OwnPattern> all = new ArrayList<>(patterns);
        for (OwnPattern pattern : other.patterns) {
            if (!holds(pattern)) {
                all.add(pattern);
            }
        }
        return new Detectors(bits | other.bits, all);
    }

    /** Layers may have given one name to several patterns. */
    private boolean holds(OwnPattern other) {
        for (OwnPattern pattern : patterns) {
            if (pattern.name().equals(other.name()) && pattern.text().equals(other.text())) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether one of that name is among them. */
    public boolean has(String name) {
        Detector detector = Detector.named(name);
        if (detector != null && (bits & detector.bit()) != 0) {
            return true;
        }
        for (OwnPattern pattern : patterns) {
            if (pattern.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the names, separated by commas. */
    public String words() {
        StringBuilder words = new StringBuilder();
        for (String label : Detector.labels()) {
            if (has(label)) {
                words.append(words.length() == 0 ? "" : ", ").append(label);
            }
        }
        for (OwnPattern pattern : patterns) {
            words.append(words.length() == 0 ? "" : ", ").append(pattern.name());
        }
        return words.toString();
    }
}
