package dev.sallyport.agent.http;

import java.security.ProtectionDomain;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The classes in which a client opens its own connections. A class counts only where it has one of the names and comes from
 * the same place, jar and loader, as a woven class of the client: one that somebody else has put into the client's package
 * does not.
 */
final class ClientClasses {

    private final String[] names;
    private final Set<ProtectionDomain> domains =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final ClassValue<Boolean> named = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isNamed(type.getName().replace('.', '/'));
        }
    };

    /** Takes the ends of their internal names, which begin at a package. */
    ClientClasses(String... names) {
        this.names = names;
    }

    void add(ProtectionDomain domain) {
        domains.add(domain);
    }

    boolean contains(Class<?> type) {
        return named.get(type) && domains.contains(type.getProtectionDomain());
    }

    private boolean isNamed(String name) {
        for (String each : names) {
            if (name.endsWith(each)
                    && (name.length() == each.length() || name.charAt(name.length() - each.length() - 1) == '/')) {
                return true;
            }
        }
        return false;
    }
}
