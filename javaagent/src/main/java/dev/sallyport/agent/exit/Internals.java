package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.InternalsDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.gate.Memory;
import dev.sallyport.policy.Via;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * The doors that the JDK leaves open to its own innards, and through them to its native methods below every exit: {@code
 * sun.misc.Unsafe} and the reflection factory of serialization. Refused is what leads to access checks, to the classes that
 * connect, and to the gate; no rule allows that.
 *
 * <p>Memory by its bare address is not looked at: {@code --sun-misc-unsafe-memory-access=deny} closes that from JDK 23 on.
 */
public final class Internals implements Guard {

    private static final Module BASE = Object.class.getModule();
    private static final Module GATE = dev.sallyport.gate.Gate.class.getModule();
    private static final Module AGENT = Internals.class.getModule();
    private static final String UNSAFE = "sun/misc/Unsafe";
    private static final String OFFSET = "(Ljava/lang/reflect/Field;)J";

    private static final String[] GUARDED = {
        "java.lang.invoke.",
        "java.lang.reflect.",
        "java.lang.Module",
        "java.lang.Class",
        "java.lang.ProcessImpl",
        "java.lang.Runtime",
        "java.lang.Shutdown",
        "java.lang.System",
        "java.net.",
        "java.security.CodeSource",
        "java.security.ProtectionDomain",
        "jdk.internal.",
        "sun.instrument.",
        "sun.nio.ch."
    };

    /** What libraries of event loops and of mapped files reach for in there, and what leads nowhere. */
    private static final String[] FREE = {
        "sun.nio.ch.SelectorImpl", "sun.nio.ch.File", "sun.nio.ch.UnixFile", "jdk.internal.ref.Cleaner"
    };

    private final Enforcement enforcement;

    /** Creates the guard. */
    public Internals(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on(UNSAFE).method("objectFieldOffset", OFFSET).before(parameter(0), NONE, NONE),
            on(UNSAFE).method("staticFieldOffset", OFFSET).before(parameter(0), NONE, NONE),
            on(UNSAFE)
                    .method("staticFieldBase", "(Ljava/lang/reflect/Field;)Ljava/lang/Object;")
                    .before(parameter(0), NONE, NONE),
            on(UNSAFE).memory("(Ljava/lang/Object;J", 0),
            on(UNSAFE).memory("(Ljava/lang/Object;JLjava/lang/Object;J", 2),
            on("sun/reflect/ReflectionFactory")
                    .method(
                            "newConstructorForSerialization",
                            "(Ljava/lang/Class;Ljava/lang/reflect/Constructor;)Ljava/lang/reflect/Constructor;")
                    .before(parameter(1), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.NATIVE};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) {
        String reached = reached(a, b, n);
        if (reached != null) {
            enforcement.local().internals(reached);
        }
    }

    @Override
    public boolean mayNest(@Nullable Object a, @Nullable Object b, int n) {
        return reached(a, b, n) == null;
    }

    /** Returns what is reached for, or null if it may be. */
    static @Nullable String reached(@Nullable Object a, @Nullable Object b, int n) {
        if (b == Memory.class) {
            return reachedInMemory(a, n);
        }
        if (b instanceof Class<?> caller && isPartOfJdk(caller)) {
            return null;
        }
        if (a instanceof Member member) {
            Class<?> owner = member.getDeclaringClass();
            return isGuarded(owner)
                            || (owner == ClassLoader.class && isNativeOrField(member))
                            || (owner == Thread.class && ThreadLocals.isOne(member.getName()))
                    ? owner.getName() + '.' + member.getName()
                    : null;
        }
        return a instanceof Class<?> owner && (isGuarded(owner) || owner == Thread.class) ? owner.getName() : null;
    }

    private static @Nullable String reachedInMemory(@Nullable Object base, int offset) {
        if (base instanceof Class<?> type) {
            return offset < Mirror.STATICS || isGuarded(type) ? type.getName() : null;
        }
        if (base instanceof Thread) {
            return ThreadLocals.touches(offset) ? "java.lang.Thread.threadLocals" : null;
        }
        return base == null ? null : base.getClass().getName();
    }

    /** Where in the object that stands for a class its static fields begin: before them lie those of {@code Class} itself. */
    private static final class Mirror {

        static final long STATICS = statics();

        /** The only static field of a class lies first. */
        private static final class Only {
            @SuppressWarnings("UnusedVariable") // it is there for its place
            static @Nullable Object first;
        }

        private static long statics() {
            try {
                return Unsafe.getUnsafe().staticFieldOffset(Only.class.getDeclaredField("first"));
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Where a thread keeps its locals, and with them the agent that it acts for; the rest of it is used by queues and maps. */
    private static final class ThreadLocals {

        private static final String[] FIELDS = {"threadLocals", "inheritableThreadLocals"};
        private static final int WIDEST = 8;
        private static final long FIRST = Unsafe.getUnsafe().objectFieldOffset(Thread.class, FIELDS[0]);
        private static final long SECOND = Unsafe.getUnsafe().objectFieldOffset(Thread.class, FIELDS[1]);

        static boolean isOne(String field) {
            return field.equals(FIELDS[0]) || field.equals(FIELDS[1]);
        }

        static boolean touches(int offset) {
            return Math.abs(offset - FIRST) < WIDEST || Math.abs(offset - SECOND) < WIDEST;
        }
    }

    /** Reflection of the JDK's own is bound to what the JDK does. */
    private static boolean isPartOfJdk(Class<?> caller) {
        return caller.getModule() == BASE || caller.getModule() == AGENT;
    }

    private static boolean isNativeOrField(Member member) {
        return member instanceof Field || Modifier.isNative(member.getModifiers());
    }

    private static boolean isGuarded(Class<?> type) {
        Module module = type.getModule();
        if (module == GATE || module == AGENT) {
            return true;
        }
        String name = type.getName();
        return startsWithOneOf(name, GUARDED)
                && !startsWithOneOf(name, FREE)
                && !name.startsWith("java.lang.ClassLoader")
                && (type.getClassLoader() == null);
    }

    private static boolean startsWithOneOf(String name, String[] beginnings) {
        for (String beginning : beginnings) {
            if (name.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new InternalsDeniedException(denial);
    }
}
