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
public final class ClientClasses {

    /** The classes in which Netty connects, whatever client stands on it. */
    public static final ClientClasses NETTY = new ClientClasses(
            "netty/util/internal/SocketUtils",
            "netty/channel/socket/nio/NioSocketChannel",
            "netty/channel/unix/Socket",
            "netty/channel/kqueue/BsdSocket",
            "netty/channel/uring/AbstractIoUringChannel$AbstractUringUnsafe",
            "netty/incubator/channel/uring/AbstractIOUringChannel$AbstractUringUnsafe",
            "netty/handler/proxy/ProxyHandler");

    private final String[] names;
    private final Set<ProtectionDomain> domains =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final ClassValue<Boolean> named = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isNamed(withoutNumber(type.getName()).replace('.', '/'));
        }
    };

    /** Takes the ends of their internal names, which begin at a package. */
    ClientClasses(String... names) {
        this.names = names;
    }

    /** Takes a jar or loader in which the client was found. */
    public void add(ProtectionDomain domain) {
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

    /** A class without a name counts as the one that it is in. */
    private static String withoutNumber(String name) {
        int end = name.length();
        while (Character.isDigit(name.charAt(end - 1))) {
            end--;
        }
        return end < name.length() && name.charAt(end - 1) == '$' ? name.substring(0, end - 1) : name;
    }
}
