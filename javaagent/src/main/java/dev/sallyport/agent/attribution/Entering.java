package dev.sallyport.agent.attribution;

import dev.sallyport.policy.Entrance;
import dev.sallyport.policy.Library;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Proxy;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who enters an agent. What counts is the method that says so itself: not what called it, and not what stands behind a call by
 * reflection or by a method handle, since such a call can be handed to somebody else to make.
 *
 * @param attribution that method and its library; {@link Attribution#NOBODY} if it cannot be told
 * @param entrance what the policy asks of it
 */
public record Entering(Attribution attribution, Entrance entrance) {

    private static final Entering NOBODY =
            new Entering(Attribution.NOBODY, new Entrance(Library.NONE, false, null, null));
    private static final StackWalker WALKER = StackWalker.getInstance(
            Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE, StackWalker.Option.SHOW_HIDDEN_FRAMES));

    /** Frameworks that run agents by name, as {@link Transports} has its libraries. */
    private static final String[][] FRAMEWORKS = {
        {"dev.langchain4j.", "dev.langchain4j", "langchain4j-"},
        {"com.google.adk.", "com.google.adk", "google-adk"},
        {"com.embabel.", "com.embabel", "embabel-"},
    };

    /** What frameworks run their agents on. */
    private static final String[][] BETWEEN = {
        {"io.reactivex.", "io.reactivex", "rxjava-"},
        {"reactor.", "io.projectreactor", "reactor-"},
        {"org.reactivestreams.", "org.reactivestreams", "reactive-streams-"},
        {"kotlin.", "org.jetbrains.kotlin", "kotlin-stdlib"},
        {"kotlinx.coroutines.", "org.jetbrains.kotlinx", "kotlinx-coroutines"},
    };

    /** Reads the calling thread's stack, from which the gate was asked to enter an agent. */
    public static Entering read() {
        return WALKER.walk(Entering::read);
    }

    private static Entering read(Stream<StackFrame> frames) {
        Iterator<StackFrame> each = frames.iterator();
        StackFrame frame = each.next();
        while (GateCaller.isOurs(frame.getDeclaringClass())) {
            frame = each.next();
        }
        Class<?> caller = frame.getDeclaringClass();
        return isOneOf(FRAMEWORKS, caller) ? through(each, Libraries.of(caller)) : by(frame, null);
    }

    private static Entering by(StackFrame frame, @Nullable Library framework) {
        Class<?> type = frame.getDeclaringClass();
        if (type.isHidden() || JdkModules.contains(type) || FrameOwner.isReflection(type)) {
            return NOBODY;
        }
        Library library = Libraries.of(type);
        String method =
                framework == null && MainCode.isOfProgram(type) ? type.getName() + '#' + frame.getMethodName() : null;
        return new Entering(
                new Attribution(
                        library, framework == null ? null : framework.coordinates(), frame, Attribution.Origin.USER),
                new Entrance(library, MainCode.contains(type), method, framework));
    }

    /** Whoever has the framework run its agent: the first method that is neither the framework's nor what it runs on. */
    private static Entering through(Iterator<StackFrame> frames, Library framework) {
        while (frames.hasNext()) {
            StackFrame frame = frames.next();
            Class<?> type = frame.getDeclaringClass();
            boolean passes = GateCaller.isOurs(type)
                    || JdkModules.contains(type)
                    || FrameOwner.isReflection(type)
                    || Proxy.isProxyClass(type)
                    || isOneOf(FRAMEWORKS, type)
                    || isOneOf(BETWEEN, type);
            if (!passes) {
                return by(frame, framework);
            }
        }
        return new Entering(Attribution.NOBODY, new Entrance(Library.NONE, false, null, framework));
    }

    private static boolean isOneOf(String[][] libraries, Class<?> type) {
        for (String[] library : libraries) {
            if (type.getName().startsWith(library[0])) {
                return Transports.publishes(library, Libraries.of(type));
            }
        }
        return false;
    }
}
