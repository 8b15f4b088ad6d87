package dev.sallyport.policy;

/** What a rule does to a call that it matches. */
public enum Action {
    ALLOW,
    DENY,
    /** Somebody is to be asked; nobody can be in this version, so it refuses. */
    APPROVE;

    private final String label = name().toLowerCase(java.util.Locale.ROOT);

    /** Returns the word that stands for it in a policy. */
    public String label() {
        return label;
    }
}
