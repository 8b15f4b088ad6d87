package dev.sallyport.agent.audit;

/** What goes through the ring to the writer. */
sealed interface Evidence permits Event, PolicyChange, ControlChange, CallOutcome {

    /** Returns the entry's id. */
    DecisionId id();

    /** Returns wall-clock time in nanoseconds since the epoch. */
    long epochNanos();

    /** Returns whether the writer is to be woken for it at once. */
    boolean urgent();
}
