package dev.sallyport.agent.attribution;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The classes into which the telling of tool calls was woven. The gate's methods are public, so a call of a tool is only taken for
 * one that happened, which {@code after} may rest on, if one of these told it. Safe on any thread.
 */
public final class ToolTellers {

    private static final Map<ClassLoader, Set<String>> NAMES = new WeakHashMap<>();

    private ToolTellers() {}

    /**
     * Notes a class that is woven.
     *
     * @param loader the loader that defines it
     * @param name its binary name
     */
    public static void add(ClassLoader loader, String name) {
        synchronized (NAMES) {
            Set<String> names = NAMES.get(loader);
            if (names == null) {
                names = new HashSet<>();
                NAMES.put(loader, names);
            }
            names.add(name);
        }
    }

    /** Returns whether one of them called the gate on the calling thread, by the call that was woven in: not by reflection. */
    public static boolean told() {
        Class<?> caller = GateCaller.get();
        ClassLoader loader = caller.getClassLoader();
        if (loader == null || caller.isHidden()) {
            return false;
        }
        synchronized (NAMES) {
            Set<String> names = NAMES.get(loader);
            return names != null && names.contains(caller.getName());
        }
    }
}
