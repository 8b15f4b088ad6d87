package dev.sallyport.agent.tool;

import dev.sallyport.policy.Policy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code entry} lists of a policy's agents: which methods and annotations enter which agent. Immutable. */
final class Entries {

    static final Entries NONE = new Entries(new HashMap<>(), new HashMap<>());

    private final Map<String, Map<String, String>> methods;
    private final Map<String, String> annotations;

    private Entries(Map<String, Map<String, String>> methods, Map<String, String> annotations) {
        this.methods = methods;
        this.annotations = annotations;
    }

    static Entries of(Collection<Policy.Agent> agents) {
        Map<String, Map<String, String>> methods = new HashMap<>();
        Map<String, String> annotations = new HashMap<>();
        for (Policy.Agent agent : agents) {
            for (String entry : agent.entry()) {
                int hash = entry.indexOf('#');
                if (entry.startsWith("@")) {
                    annotations.putIfAbsent('L' + entry.substring(1).replace('.', '/') + ';', agent.name());
                } else if (hash > 0) {
                    String type = entry.substring(0, hash).replace('.', '/');
                    Map<String, String> ofType = methods.get(type);
                    if (ofType == null) {
                        ofType = new HashMap<>();
                        methods.put(type, ofType);
                    }
                    ofType.putIfAbsent(entry.substring(hash + 1), agent.name());
                }
            }
        }
        return new Entries(methods, annotations);
    }

    /** Returns whether methods of a class are named, by its internal name. */
    boolean names(String type) {
        return methods.containsKey(type);
    }

    /** Returns the agent that a method enters by its name, or null. */
    @Nullable
    String byMethod(String type, String method) {
        Map<String, String> ofType = methods.get(type);
        return ofType == null ? null : ofType.get(method);
    }

    /** Returns the agent that the methods with an annotation enter, by its descriptor, or null. */
    @Nullable
    String byAnnotation(String descriptor) {
        return annotations.get(descriptor);
    }

    /** Returns the descriptors of the annotations. */
    Iterable<String> annotations() {
        return annotations.keySet();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Entries entries
                && methods.equals(entries.methods)
                && annotations.equals(entries.annotations);
    }

    @Override
    public int hashCode() {
        return 31 * methods.hashCode() + annotations.hashCode();
    }
}
