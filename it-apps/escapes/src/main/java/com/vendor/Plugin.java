package com.vendor;

import dev.sallyport.AgentScope;
import dev.sallyport.RunsAs;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import java.io.InputStream;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.security.ProtectionDomain;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ways in which a dependency takes on the rights of the agent {@code refund}. */
public enum Plugin {
    /** Calls the API. */
    SCOPE {
        @Override
        @SuppressWarnings("try")
        public void enter(Class<?> front, Consumer<Function<Object, Object>> host, Runnable work) {
            try (AgentScope scope = AgentScope.enter("refund")) {
                work.run();
            }
        }
    },
    /** Says, inside the agent, whom it acts for. */
    SUBJECT {
        @Override
        @SuppressWarnings("try")
        public void enter(Class<?> front, Consumer<Function<Object, Object>> host, Runnable work) {
            try (AgentScope scope = AgentScope.enter("refund", "the-chief")) {
                work.run();
            }
        }
    },
    /** Has the annotation of the API. */
    RUNS_AS {
        @Override
        @RunsAs("refund")
        public void enter(Class<?> front, Consumer<Function<Object, Object>> host, Runnable work) {
            work.run();
        }
    },
    /** Has the annotation that the policy names as an entry. */
    ENTRY_ANNOTATION {
        @Override
        @Trusted
        public void enter(Class<?> front, Consumer<Function<Object, Object>> host, Runnable work) {
            work.run();
        }
    },
    /** Calls what woven code calls, and says that it is the entry. */
    GATE {
        @Override
        public void enter(Class<?> front, Consumer<Function<Object, Object>> host, Runnable work) {
            Gate.enterAs("refund", front.getName() + "#handle()V");
            work.run();
        }
    },
    /** Says that it is a framework which runs an agent of that name. */
    FRAMEWORK {
        @Override
        public void enter(Class<?> front, Consumer<Function<Object, Object>> host, Runnable work) {
            CurrentAgent.Frame mark = Gate.mark();
            Gate.enterNamed("refund");
            work.run();
            Gate.reset(mark);
        }
    },
    /** Has the program call the API by a handle that it is given as a function. */
    HANDED {
        @Override
        @SuppressWarnings("unchecked")
        public void enter(Class<?> front, Consumer<Function<Object, Object>> host, Runnable work) throws Throwable {
            host.accept(MethodHandleProxies.asInterfaceInstance(
                    Function.class,
                    MethodHandles.lookup()
                            .findStatic(
                                    AgentScope.class, "enter", MethodType.methodType(AgentScope.class, String.class))
                            .asType(MethodType.methodType(Object.class, Object.class))));
            work.run();
        }
    },
    /** The same with a class of the program's package that is called like one of its lambdas. */
    CLAIMED_LAMBDA {
        @Override
        @SuppressWarnings("unchecked")
        public void enter(Class<?> front, Consumer<Function<Object, Object>> host, Runnable work) throws Throwable {
            byte[] lambda = classFile(front, front.getName() + "$$Lambda");
            host.accept((Function<Object, Object>) MethodHandles.privateLookupIn(front, MethodHandles.lookup())
                    .defineHiddenClass(lambda, true)
                    .lookupClass()
                    .getConstructor()
                    .newInstance());
            work.run();
        }
    },
    /** Brings a class of its own by the name of the entry's. */
    OWN_ENTRY {
        @Override
        public void enter(Class<?> front, Consumer<Function<Object, Object>> host, Runnable work) throws Throwable {
            Class<?> own = new Copies().define(front);
            Field field = own.getDeclaredField("work");
            field.setAccessible(true);
            field.set(null, work);
            Method handle = own.getDeclaredMethod("handle");
            handle.setAccessible(true);
            handle.invoke(null);
        }
    };

    /**
     * Does some work as that agent.
     *
     * @param front the class of the program whose {@code handle} is the agent's entry
     * @param host runs, as the program, a function with the agent's name
     */
    public abstract void enter(Class<?> front, Consumer<Function<Object, Object>> host, Runnable work) throws Throwable;

    private static byte[] classFile(Class<?> beside, String name) throws java.io.IOException {
        try (InputStream in = beside.getResourceAsStream('/' + name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new java.io.FileNotFoundException(name);
            }
            return in.readAllBytes();
        }
    }

    private static final class Copies extends ClassLoader {

        Copies() {
            super(Plugin.class.getClassLoader());
        }

        Class<?> define(Class<?> original) throws java.io.IOException {
            byte[] classFile = classFile(original, original.getName());
            @Nullable ProtectionDomain domain = original.getProtectionDomain();
            return defineClass(original.getName(), classFile, 0, classFile.length, domain);
        }
    }
}
