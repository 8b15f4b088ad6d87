package dev.sallyport.policy;

/** Whether a decision is carried out or only recorded. */
public enum Mode {
    /** Recorded as what would have happened; the outcome does not change. */
    MONITOR,
    /** Carried out. */
    ENFORCE;

    private final String label = name().toLowerCase(java.util.Locale.ROOT);

    /** Returns the word that stands for it in a policy. */
    public String label() {
        return label;
    }
}
