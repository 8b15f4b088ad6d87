package dev.sallyport.policy;

import org.jspecify.annotations.Nullable;

/**
 * The facts of one attempt, as far as they are known at its stage.
 *
 * @param stage the step at which it stands
 * @param via the way out
 * @param agent the acting agent's name; for code outside any agent, what the policy's {@code unattributed} says
 * @param library whose code made the call; {@link Library#NONE} if no frame of the stack tells
 * @param host the canonical name that the code asked for (lower case, A-label, no trailing dot); at {@code connect} only
 *     if this JVM saw it resolve to {@code address}; null for a literal address and where no name applies
 * @param address the address, null while it is not known or where none applies
 * @param port the port, -1 while it is not known or where none applies
 * @param http the HTTP request, null while it is not known: then it never will be, but for a call at {@code name}
 * @param target a tool's name, a process's, library's or socket's path; null where none applies
 * @param surroundings what surrounds the call; null if nothing is known of that
 */
public record Call(
        Stage stage,
        Via via,
        String agent,
        Library library,
        @Nullable String host,
        @Nullable Address address,
        int port,
        @Nullable HttpRequest http,
        @Nullable String target,
        @Nullable Circumstances surroundings) {

    /** Creates a call of whose circumstances nothing is known. */
    public Call(
            Stage stage,
            Via via,
            String agent,
            Library library,
            @Nullable String host,
            @Nullable Address address,
            int port,
            @Nullable HttpRequest http,
            @Nullable String target) {
        this(stage, via, agent, library, host, address, port, http, target, null);
    }

    /** Returns what surrounds the call. */
    public Circumstances circumstances() {
        return surroundings == null ? Circumstances.NONE : surroundings;
    }

    /** Returns the call of a tool. */
    public static Call tool(String agent, Library library, String tool) {
        return new Call(Stage.TOOL, Via.TOOL, agent, library, null, null, -1, null, tool);
    }

    /** Returns the question for a name. */
    public static Call name(String agent, Library library, String host) {
        return new Call(Stage.NAME, Via.DNS, agent, library, host, null, -1, null, null);
    }
}
