package dev.sallyport.policy.load;

import dev.sallyport.policy.condition.ArgumentSchema;
import dev.sallyport.policy.condition.ArgumentSchema.Definition;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the references of one schema point to: places in the same document, and nothing that would have to be fetched. */
final class SchemaReferences {

    private static final int MOST = 256;
    private static final String TO = "'$ref' can only point into the same schema, as '#/$defs/address'";

    /** A reference and its place. */
    private record Made(Definition to, Node place) {}

    private final Node root;
    private final Problems problems;
    private final IdentityHashMap<Node, Definition> definitions = new IdentityHashMap<>();
    private final List<Made> made = new ArrayList<>();

    SchemaReferences(Node root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    /** Returns what was made of a schema that has been referred to before; null if it was not. */
    @Nullable
    Definition known(Node schema) {
        return definitions.get(schema);
    }

    /** Returns the definition of a schema that is about to be read for the first time. */
    Definition begin(Node schema) {
        if (definitions.size() == MOST) {
            problems.error(schema, "argsSchema has more than " + MOST + " definitions");
        }
        Definition definition = new Definition();
        definitions.put(schema, definition);
        return definition;
    }

    /** Notes a reference to a schema. */
    ArgumentSchema.Reference to(Definition definition, Node place) {
        made.add(new Made(definition, place));
        return new ArgumentSchema.Reference(definition);
    }

    /** Returns where a reference points, null with the problem noted. */
    @Nullable
    Node target(Node.Scalar reference) {
        String text = reference.text();
        if (!text.equals("#") && !text.startsWith("#/")) {
            problems.error(reference, TO);
            return null;
        }
        Node at = root;
        String[] steps = text.length() == 1 ? new String[0] : text.substring(2).split("/", -1);
        for (int i = 0; i < steps.length && at != null; i++) {
            at = step(at, steps[i].replace("~1", "/").replace("~0", "~"));
        }
        if (at == null) {
            problems.error(reference, "there is nothing at '" + text + "' in this schema");
        }
        return at;
    }

    private static @Nullable Node step(Node at, String name) {
        if (at instanceof Node.Mapping mapping) {
            return mapping.get(name);
        }
        if (at instanceof Node.Sequence sequence) {
            for (int i = 0; i < sequence.items().size(); i++) {
                if (String.valueOf(i).equals(name)) {
                    return sequence.items().get(i);
                }
            }
        }
        return null;
    }

    /** Notes a reference that leads back to itself without a step into a value: nothing could ever be told by it. */
    void refuseCircles() {
        // whether a definition has been looked at to its end
        IdentityHashMap<Definition, Boolean> seen = new IdentityHashMap<>();
        for (int i = 0; i < made.size(); i++) {
            Definition to = made.get(i).to();
            if (seen.get(to) == null && isCircle(to, seen)) {
                problems.error(made.get(i).place(), "this '$ref' leads back to itself");
                return;
            }
        }
    }

    private static boolean isCircle(Definition definition, IdentityHashMap<Definition, Boolean> seen) {
        seen.put(definition, false);
        ArgumentSchema schema = definition.schema();
        boolean circle = schema != null && leadsBack(schema, seen);
        seen.put(definition, true);
        return circle;
    }

    private static boolean leadsBack(ArgumentSchema schema, IdentityHashMap<Definition, Boolean> seen) {
        for (int i = 0; i < schema.keywords().size(); i++) {
            ArgumentSchema.Keyword keyword = schema.keywords().get(i);
            if (keyword instanceof ArgumentSchema.Reference reference) {
                Boolean ended = seen.get(reference.to());
                if (ended == null ? isCircle(reference.to(), seen) : !ended) {
                    return true;
                }
            } else if (keyword instanceof ArgumentSchema.Several several) {
                for (int s = 0; s < several.schemas().size(); s++) {
                    if (leadsBack(several.schemas().get(s), seen)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
