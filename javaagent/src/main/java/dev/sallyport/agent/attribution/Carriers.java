package dev.sallyport.agent.attribution;

import dev.sallyport.policy.Library;
import java.util.Set;

/**
 * Tells the classes that carry contexts from thread to thread from those that call the gate for themselves: its methods are
 * public, and with a task, a subscriber or a request that an agent has made anybody could say that it is running now.
 */
public final class Carriers {

    /** Where the JDK is woven for it. What reflects is in none of these, or in one of the packages below. */
    private static final Set<String> MODULES = Set.of("java.base", "java.net.http");

    private static final String[] REFLECTING = {
        "java.lang.invoke.", "java.lang.reflect.", "jdk.internal.reflect.", "sun.reflect."
    };

    /** What is woven into classes of the application, by their names. */
    public interface Woven {

        /** Returns whether a class of this internal name is woven. */
        boolean isTarget(String internalName);
    }

    private final Woven woven;

    private final ClassValue<Boolean> carries = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isCarrier(type);
        }
    };

    /** Creates it. */
    public Carriers(Woven woven) {
        this.woven = woven;
    }

    /** Returns whether a class carries contexts; on any thread. */
    public boolean contains(Class<?> type) {
        return carries.get(type);
    }

    private boolean isCarrier(Class<?> type) {
        if (type.isHidden()) {
            return false;
        }
        if (type.getClassLoader() == null) {
            return MODULES.contains(type.getModule().getName()) && !isReflecting(type.getName());
        }
        // what is defined at run time is in no jar; a library may be packed into any
        return woven.isTarget(type.getName().replace('.', '/'))
                && !Libraries.of(type).artifact().equals(Library.NONE.artifact());
    }

    private static boolean isReflecting(String name) {
        for (String beginning : REFLECTING) {
            if (name.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }
}
