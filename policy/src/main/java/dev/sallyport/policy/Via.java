package dev.sallyport.policy;

/** The way out that a call takes; the words of a rule's {@code via}. */
public enum Via {
    DNS(0),
    TCP(1),
    UDP(2),
    UNIX(3),
    HTTP(4),
    PROCESS(5),
    NATIVE(6),
    LISTEN(7),
    ATTACH(8),
    /** Not an egress: a tool call, decided by the {@code tools} rules. */
    TOOL(9);

    private final int number;
    private final String label = name().toLowerCase(java.util.Locale.ROOT);

    Via(int number) {
        this.number = number;
    }

    /** Returns its place among the ways out: less than 31, each another. */
    public int number() {
        return number;
    }

    /** Returns the word that stands for it in a policy. */
    public String label() {
        return label;
    }
}
