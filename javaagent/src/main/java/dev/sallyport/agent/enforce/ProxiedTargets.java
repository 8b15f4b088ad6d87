package dev.sallyport.agent.enforce;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hosts that clients have been seen to reach through a proxy, which resolves their names: no connect to one of their
 * addresses will come that could decide what a request leaves open. Safe on any thread.
 */
final class ProxiedTargets {

    private static final int LIMIT = 1 << 14;

    private final Set<String> targets = ConcurrentHashMap.newKeySet();

    /** Notes that a request, whose target has a name, goes through a proxy. */
    void add(Request request) {
        if (targets.size() >= LIMIT) {
            targets.clear();
        }
        targets.add(key(request));
    }

    /** Returns whether the target of a request was reached through a proxy before. */
    boolean contains(Request request) {
        return !targets.isEmpty() && targets.contains(key(request));
    }

    private static String key(Request request) {
        return request.host() + ":" + request.port();
    }
}
