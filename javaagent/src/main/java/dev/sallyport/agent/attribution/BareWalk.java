package dev.sallyport.agent.attribution;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.internal.access.SharedSecrets;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * The walk of {@link StackWalker} without what takes most of its time: looking up the method of every frame. It reads the
 * classes of the innermost frames, and of a single one of them, in a second walk, all that a {@link StackFrame} tells.
 *
 * <p>The JVM can do that, and {@code StackWalker.getCallerClass} has it done, but no API does for several frames before JDK 22,
 * nor for one alone on any. So it is done by a nestmate of {@code java.lang.StackStreamFactory}, which {@link BareWalkClass}
 * writes, and only where that was seen to read the same as {@code StackWalker}.
 */
final class BareWalk {

    /** What stands between the caller and the walk: the method of this class that was called. */
    private static final int OWN_FRAMES = 1;

    /** The frames that are compared before a walk is used. */
    private static final int COMPARED = 6;

    /** Of {@code java.lang.invoke.MethodHandleNatives.Constants}, the same from JDK 15 on. */
    private static final int HIDDEN_NESTMATE = 1 | 2;

    private final boolean later;
    private final int start;
    private final IntFunction<Object> walk;

    private BareWalk(int feature, StackWalker walker) throws ReflectiveOperationException {
        BareWalkClass written = new BareWalkClass(feature);
        later = written.hasFramesOfClasses();
        start = written.start();
        walk = define(written, walker);
    }

    /**
     * Returns a walk, or null if there is none for this JDK. It loads classes, so it is not for the application's threads.
     *
     * @param walker its options are {@code RETAIN_CLASS_REFERENCE} and {@code SHOW_HIDDEN_FRAMES}
     */
    static @Nullable BareWalk prepare(StackWalker walker) {
        int feature = Runtime.version().feature();
        if (!BareWalkClass.fits(feature)) {
            return null;
        }
        try {
            BareWalk walk = new BareWalk(feature, walker);
            return walk.readsAs(walker) ? walk : null;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return null;
        }
    }

    /**
     * Returns frames of the calling thread, the innermost first.
     *
     * @param skip how many are left out; if none, the first is the caller's own
     * @param most how many at most, at least 6
     * @return at each place what {@link #classAt} understands
     */
    Object[] frames(int skip, int most) {
        return (Object[]) walk.apply(BareWalkClass.classes(skip + OWN_FRAMES, most + start));
    }

    /** Returns the class of a frame, null if the stack has no frame there. */
    @Nullable
    Class<?> classAt(Object[] frames, int index) {
        Object frame = frames[index + start];
        return later ? frame == null ? null : ((StackFrame) frame).getDeclaringClass() : (Class<?>) frame;
    }

    /** Returns the frame of the calling thread that so many others stand before; of 0, the caller's own. */
    StackFrame frame(int index) {
        return (StackFrame) walk.apply(BareWalkClass.frame(index + OWN_FRAMES));
    }

    /** Whether it reads the calling thread's stack as the JDK's does. */
    private boolean readsAs(StackWalker walker) {
        List<StackFrame> expected = walker.walk(BareWalk::innermost);
        for (int skip = 0; skip < 2; skip++) {
            Object[] read = frames(skip, COMPARED);
            for (int i = skip; i < COMPARED; i++) {
                Class<?> type = i < expected.size() ? expected.get(i).getDeclaringClass() : null;
                if (classAt(read, i - skip) != type) {
                    return false;
                }
            }
        }
        // this method's own has moved on
        for (int i = 1; i < expected.size(); i++) {
            if (!frame(i).toStackTraceElement().equals(expected.get(i).toStackTraceElement())) {
                return false;
            }
        }
        return true;
    }

    private static List<StackFrame> innermost(Stream<StackFrame> frames) {
        return frames.limit(COMPARED).collect(Collectors.toList());
    }

    /** Defines the class, and makes the one object of it that walks are started with: it needs to know its walker alone. */
    @SuppressWarnings("unchecked")
    private static IntFunction<Object> define(BareWalkClass written, StackWalker walker)
            throws ReflectiveOperationException {
        Class<?> factory = Class.forName("java.lang.StackStreamFactory", false, null);
        Class<?> defined = SharedSecrets.getJavaLangAccess()
                .defineClass(null, factory, written.name(), written.classFile(), null, false, HIDDEN_NESTMATE, null);
        Unsafe unsafe = Unsafe.getUnsafe();
        Object made = unsafe.allocateInstance(defined);
        unsafe.putReference(made, unsafe.objectFieldOffset(defined.getSuperclass(), "walker"), walker);
        return (IntFunction<Object>) made;
    }
}
