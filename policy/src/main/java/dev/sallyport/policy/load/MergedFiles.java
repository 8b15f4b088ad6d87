package dev.sallyport.policy.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one policy of several files, in the order in which they are added. Lists are put one behind the other, groups, agents
 * and what else has names are put together; everything else may stand in one file only.
 */
final class MergedFiles {

    private static final List<String> NAMED = List.of("groups", "agents", "tasks", "approvals");
    private static final List<String> REPEATED = List.of("apiVersion", "kind");

    private final Problems problems;
    private final List<Node.Entry> entries = new ArrayList<>();
    private @Nullable Node first;

    MergedFiles(Problems problems) {
        this.problems = problems;
    }

    /** Returns all that was added; null if nothing was. */
    @Nullable
    Node root() {
        Node at = first;
        return at == null ? null : new Node.Mapping(entries, at.line(), at.column());
    }

    /** Adds a file's root. */
    void add(Node root) {
        if (!(root instanceof Node.Mapping mapping)) {
            problems.error(root, "a part of a policy must be a mapping of keys to values, not " + root.kind());
            return;
        }
        first = first == null ? root : first;
        for (int i = 0; i < mapping.entries().size(); i++) {
            add(mapping.entries().get(i));
        }
    }

    private void add(Node.Entry entry) {
        String key = entry.key().text();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).key().text().equals(key)) {
                entries.set(i, new Node.Entry(entries.get(i).key(), together(entries.get(i), entry)));
                return;
            }
        }
        entries.add(entry);
    }

    private Node together(Node.Entry before, Node.Entry added) {
        String key = added.key().text();
        if (before.value() instanceof Node.Sequence one && added.value() instanceof Node.Sequence other) {
            List<Node> items = new ArrayList<>(one.items());
            items.addAll(other.items());
            return new Node.Sequence(items, one.line(), one.column());
        }
        if (NAMED.contains(key)
                && before.value() instanceof Node.Mapping one
                && added.value() instanceof Node.Mapping other) {
            return named(one, other);
        }
        boolean same = before.value() instanceof Node.Scalar one
                && added.value() instanceof Node.Scalar other
                && one.text().equals(other.text());
        if (!same || !REPEATED.contains(key)) {
            problems.error(
                    added.key(),
                    "'" + key + "' stands in " + problems.place(before.key(), added.key()) + " too",
                    "say it in one file");
        }
        return before.value();
    }

    private Node named(Node.Mapping one, Node.Mapping other) {
        List<Node.Entry> all = new ArrayList<>(one.entries());
        for (int i = 0; i < other.entries().size(); i++) {
            Node.Entry entry = other.entries().get(i);
            Node.Scalar taken = null;
            for (int k = 0; k < one.entries().size(); k++) {
                if (one.entries().get(k).key().text().equals(entry.key().text())) {
                    taken = one.entries().get(k).key();
                }
            }
            if (taken == null) {
                all.add(entry);
            } else {
                problems.error(
                        entry.key(),
                        "'" + entry.key().text() + "' stands in " + problems.place(taken, entry.key()) + " too",
                        "choose another name");
            }
        }
        return new Node.Mapping(all, one.line(), one.column());
    }
}
