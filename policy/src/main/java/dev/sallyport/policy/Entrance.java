package dev.sallyport.policy;

import org.jspecify.annotations.Nullable;

/**
 * Whose code enters an agent from outside any.
 *
 * @param library the library of the method that asks for it; {@link Library#NONE} if that cannot be told
 * @param ofMain whether that library is the code that the program's main class is part of
 * @param method the method, as an agent's {@code entry} names it ({@code com.shop.Orchestrator#handle}); null if its class is
 *     not the one that the program has under that name
 * @param framework the agent framework through which that method runs the agent, null if there is none
 */
public record Entrance(
        Library library,
        boolean ofMain,
        @Nullable String method,
        @Nullable Library framework) {

    /** Returns whether {@code agent} may be entered so. */
    boolean opens(Policy.Agent agent) {
        if (method != null && agent.entry().contains(method)) {
            return true;
        }
        if (agent.enteredBy() == null) {
            return ofMain;
        }
        return agent.enteredBy().names(library)
                || (framework != null && agent.enteredBy().names(framework));
    }
}
