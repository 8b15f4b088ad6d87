package com.example.exits;

import dev.sallyport.AgentScope;

/** Tries an exit as an agent; apart, since without the product in the JVM there is no such class as it uses. */
final class AsAgents {

    private AsAgents() {}

    /** Enters one agent from the other, from {@code next} on, and leaves as the last. */
    static void run(String[] agents, int next, Exit exit, String target) throws Throwable {
        if (next == agents.length) {
            exit.leave(target);
            return;
        }
        AgentScope scope = AgentScope.enter(agents[next]);
        try {
            run(agents, next + 1, exit, target);
        } finally {
            scope.close();
        }
    }
}
