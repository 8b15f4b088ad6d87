package dev.sallyport.policy.match;

/** Whether a condition holds for a call, as far as the call's facts are known. */
public enum Match {
    NO,
    /** A fact that it depends on is not known yet and will be at a later stage. */
    UNDECIDED,
    YES;

    /** Returns whether both hold. */
    Match and(Match other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** Returns whether one of both holds. */
    Match or(Match other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
