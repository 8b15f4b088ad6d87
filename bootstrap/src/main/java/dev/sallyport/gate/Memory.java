package dev.sallyport.gate;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessibleObject;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the objects whose memory code touches through {@code sun.misc.Unsafe}. Nearly all are arrays and the code's own,
 * and cost a few comparisons.
 */
public final class Memory {

    private static final Module GATE = Memory.class.getModule();
    private static final @Nullable Module AGENT = Gate.enforcerModule();

    private Memory() {}

    /**
     * Called at the first instruction of such a method.
     *
     * @param base the object, null for memory by its address
     * @param offset where in it
     */
    public static void touched(int point, @Nullable Object base, long offset) {
        if (base != null && isGuarded(base)) {
            Gate.before(point, base, Memory.class, (int) Math.min(offset, Integer.MAX_VALUE));
        }
    }

    private static boolean isGuarded(Object base) {
        if (base instanceof AccessibleObject
                || base instanceof Class
                || base instanceof MethodHandles.Lookup
                || base instanceof Module
                || base instanceof Thread) {
            return true;
        }
        Module module = base.getClass().getModule();
        return module == AGENT || module == GATE;
    }
}
