package dev.sallyport.policy;

/** The way out that a call takes; the words of a rule's {@code via}. */
public enum Via {
    DNS,
    TCP,
    UDP,
    UNIX,
    HTTP,
    PROCESS,
    NATIVE,
    LISTEN,
    ATTACH,
    /** Not an egress: a tool call, decided by the {@code tools} rules. */
    TOOL;

    private final String label = name().toLowerCase(java.util.Locale.ROOT);

    /** Returns the word that stands for it in a policy. */
    public String label() {
        return label;
    }
}
