package dev.sallyport.policy.content;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be found without being told how it looks. */
public enum Detector {
    /** A credential: by the prefix that its issuer gives it, or by the name that stands before it. */
    CREDENTIAL("credential", 0),
    /** The number of a payment card. */
    PAYMENT_CARD("payment-card", 1),
    /** A social security number of the United States. */
    US_SSN("us-ssn", 2),
    /** A JSON Web Token. */
    JWT("jwt", 3),
    /** A private key in PEM, OpenSSH's or PuTTY's form. */
    PRIVATE_KEY("private-key", 4);

    private static final Detector[] ALL = values();

    private final String label;
    private final int number;

    Detector(String label, int number) {
        this.label = label;
        this.number = number;
    }

    /** Returns its name as a policy writes it. */
    public String label() {
        return label;
    }

    /** Returns the detector of a name, null if there is none. */
    public static @Nullable Detector named(String label) {
        for (Detector detector : ALL) {
            if (detector.label.equals(label)) {
                return detector;
            }
        }
        return null;
    }

    /** Returns all names. */
    public static List<String> labels() {
        List<String> labels = new ArrayList<>(ALL.length);
        for (Detector detector : ALL) {
            labels.add(detector.label);
        }
        return Collections.unmodifiableList(labels);
    }

    /** Returns the bit that stands for it in a set of detectors. */
    int bit() {
        return 1 << number;
    }

    /** Returns its number, from 0 on. */
    int number() {
        return number;
    }
}
