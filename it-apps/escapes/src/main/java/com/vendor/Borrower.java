package com.vendor;

import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.Carried;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import java.beans.Statement;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A dependency that calls what woven code calls, with what an agent has left behind. */
public final class Borrower {

    private static final String START = "start";

    private Borrower() {}

    /** Says that a task of somebody's is running. */
    public static void start(Object task, Runnable work) {
        Carried.start(task);
        try {
            work.run();
        } finally {
            Carried.end(task);
        }
    }

    /** Has the JDK say so, by reflection of its own. */
    public static void startByReflection(Object task, Runnable work) throws Exception {
        Method start = Carried.class.getMethod(START, Object.class);
        start.invoke(null, task);
        new Statement(Carried.class, START, new Object[] {task}).execute();
        try {
            work.run();
        } finally {
            Carried.end(task);
        }
    }

    /** Has the JDK's collections say so, by a handle. */
    @SuppressWarnings("unchecked")
    public static void startByHandle(Object task, Runnable work) throws Exception {
        MethodHandle start = MethodHandles.lookup()
                .findStatic(Carried.class, START, MethodType.methodType(void.class, Object.class));
        Consumer<Object> consumer = MethodHandleProxies.asInterfaceInstance(Consumer.class, start);
        List.of(task).forEach(consumer);
        List.of(task).forEach(Carried::start);
        try {
            work.run();
        } finally {
            Carried.end(task);
        }
    }

    /** Says that something is signalled that somebody waits for. */
    public static void signal(Object receiver, Runnable work) {
        Carried.signal(receiver);
        try {
            work.run();
        } finally {
            Carried.signalled(receiver);
        }
    }

    /** Says that a task has ended which still runs. */
    public static void end(Object task, Runnable work) {
        Carried.end(task);
        work.run();
    }

    /** Returns where the thread is. */
    public static CurrentAgent.@Nullable Frame mark() {
        return Gate.mark();
    }

    /** Says that the thread is back where another one was. */
    public static void reset(CurrentAgent.@Nullable Frame mark, Runnable work) {
        Gate.reset(mark);
        work.run();
    }

    /** Leaves the agent that somebody else has entered. */
    public static void leave(Runnable work) {
        CurrentAgent.Frame frame = Gate.mark();
        if (frame != null) {
            CurrentAgent.leave(frame);
        }
        work.run();
    }

    /** Leaves the agent that a method of somebody else's runs as. */
    public static void leaveMethod(Object method, Runnable work) {
        Gate.leave(method);
        work.run();
    }

    /** Returns where it is noted what has happened since the agent was entered. */
    public static @Nullable AtomicReference<Object> notes() {
        AgentContext context = CurrentAgent.get();
        return context == null ? null : context.run();
    }
}
