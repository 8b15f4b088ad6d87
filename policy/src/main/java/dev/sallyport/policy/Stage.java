package dev.sallyport.policy;

/** The step of a call at which it is decided; what is known grows from step to step. */
public enum Stage {
    NAME,
    CONNECT,
    HTTP,
    TOOL,
    PROCESS,
    NATIVE,
    UNIX,
    LISTEN,
    ATTACH,
    DELEGATION,
    /** Not a call: the start or the end of a task. */
    TASK;

    private final String label = name().toLowerCase(java.util.Locale.ROOT);

    /** Returns the stage's name as policies, journal entries and messages write it. */
    public String label() {
        return label;
    }
}
