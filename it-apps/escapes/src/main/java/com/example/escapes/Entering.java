package com.example.escapes;

import com.vendor.Plugin;
import dev.sallyport.AgentScope;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Takes on the rights of an agent, on a thread of its own, and connects with them. */
interface Entering extends Escape {

    /** Does some work as the agent. */
    void enter(Runnable work) throws Throwable;

    /** Returns the way of a dependency. */
    static Entering by(Plugin plugin) {
        return work -> plugin.enter(Front.class, function -> function.apply("refund"), work);
    }

    /** Returns the way of a dependency that the program calls inside its agent. */
    static Entering inside(Plugin plugin) {
        return work -> {
            Throwable[] thrown = new Throwable[1];
            scope(() -> {
                try {
                    by(plugin).enter(work);
                } catch (Throwable t) {
                    thrown[0] = t;
                }
            });
            if (thrown[0] != null) {
                throw thrown[0];
            }
        };
    }

    /** Is what the program itself does. */
    @SuppressWarnings("try")
    static void scope(Runnable work) {
        try (AgentScope scope = AgentScope.enter("refund")) {
            work.run();
        }
    }

    @Override
    default void attempt(String... words) throws Throwable {
        Throwable[] thrown = new Throwable[1];
        Thread thread = new Thread(() -> {
            try {
                enter(() -> connect(words[0]));
            } catch (Throwable t) {
                thrown[0] = t;
            }
        });
        thread.start();
        thread.join();
        if (thrown[0] != null) {
            throw thrown[0];
        }
    }

    private static void connect(String target) {
        try {
            Target.connect(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
