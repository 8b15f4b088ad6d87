package com.example.escapes;

import com.vendor.Trusted;
import org.jspecify.annotations.Nullable;

/** Where the program's own agent begins: a policy names these methods as its entries. */
final class Front {

    private static @Nullable Runnable work;

    private Front() {}

    static void handle(Runnable task) {
        work = task;
        handle();
    }

    /** An entry by its name. */
    private static void handle() {
        Runnable task = work;
        if (task != null) {
            task.run();
        }
    }

    /** An entry by its annotation. */
    @Trusted
    static void serve(Runnable task) {
        task.run();
    }
}
