package com.example.escapes;

import com.vendor.Trusted;
import dev.sallyport.RunsAs;
import org.jspecify.annotations.Nullable;

/** Where the program's own agent begins: a policy names these methods as its entries. */
final class Front {

    /** What the gate is told of the method that runs as another agent. */
    static final String WORK = "com.example.escapes.Front#work(Ljava/lang/Runnable;)V";

    private static @Nullable Runnable work;

    private Front() {}

    static void handle(Runnable task) {
        work = task;
        handle();
    }

    /** Runs as an agent of few rights. */
    @RunsAs("worker")
    static void work(Runnable task) {
        task.run();
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
