package dev.sallyport.agent.attribution;

import java.lang.StackWalker.StackFrame;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which class called the gate: the gate's methods are public, since woven code calls them, so what is taken on trust from a woven
 * method is taken only if it is that method's class that says it. A call by reflection is one of the JDK's reflection.
 */
public final class GateCaller implements Function<Stream<StackFrame>, Class<?>> {

    private static final int FRAMES_AT_ONCE = 8;
    private static final StackWalker WALKER = StackWalker.getInstance(
            Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE, StackWalker.Option.SHOW_HIDDEN_FRAMES), FRAMES_AT_ONCE);
    private static final GateCaller FIRST = new GateCaller();

    private GateCaller() {}

    /** Returns the class whose method called the gate on the calling thread. */
    public static Class<?> get() {
        return WALKER.walk(FIRST);
    }

    /** Returns whether it was a class of {@code java.base} of this name. */
    public static boolean isOfJdk(String name) {
        Class<?> caller = get();
        return caller.getModule() == Object.class.getModule()
                && caller.getName().equals(name);
    }

    @Override
    public Class<?> apply(Stream<StackFrame> frames) {
        Iterator<StackFrame> each = frames.iterator();
        Class<?> type = each.next().getDeclaringClass();
        while (isOurs(type)) {
            type = each.next().getDeclaringClass();
        }
        return type;
    }

    /** Whether a class is the gate's, or of what stands behind it. */
    static boolean isOurs(Class<?> type) {
        return type.getModule() == GateCaller.class.getModule()
                || (type.getClassLoader() == null && type.getName().startsWith("dev.sallyport."));
    }
}
