package dev.sallyport.policy.load;

import dev.sallyport.policy.Days;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads values of expected shapes out of nodes, and notes what has another shape. For one thread. */
public final class Reading {

    private final Problems problems;

    /** Creates a reading that notes what is wrong in {@code problems}. */
    public Reading(Problems problems) {
        this.problems = problems;
    }

    /** Returns where it notes what is wrong. */
    public Problems problems() {
        return problems;
    }

    /**
     * Returns {@code node} as a mapping, or null with the problem noted.
     *
     * @param known its keys
     * @param later keys that will be known to a later version
     */
    public Node.@Nullable Mapping mapping(@Nullable Node node, String what, List<String> known, List<String> later) {
        Node.Mapping mapping = mapping(node, what);
        if (mapping == null) {
            return null;
        }
        for (int i = 0; i < mapping.entries().size(); i++) {
            Node.Scalar key = mapping.entries().get(i).key();
            if (later.contains(key.text())) {
                problems.error(key, "'" + key.text() + "' is not supported yet");
            } else if (!known.contains(key.text())) {
                String suggestion = Problems.suggest(key.text(), known);
                problems.error(
                        key,
                        "unknown key '" + key.text() + "' in " + what,
                        suggestion == null ? "the keys there are " + words(known) : suggestion);
            }
        }
        return mapping;
    }

    /** Returns {@code node} as a mapping of any keys, or null with the problem noted. */
    public Node.@Nullable Mapping mapping(@Nullable Node node, String what) {
        if (node == null || (node instanceof Node.Scalar scalar && scalar.absent())) {
            if (node != null) {
                problems.error(node, what + " is empty");
            }
            return null;
        }
        if (node instanceof Node.Mapping mapping) {
            return mapping;
        }
        problems.error(node, what + " must be a mapping of keys to values, not " + node.kind());
        return null;
    }

    /** Returns {@code node} as a list, or null with the problem noted. */
    public @Nullable List<Node> list(@Nullable Node node, String what) {
        if (node == null) {
            return null;
        }
        if (node instanceof Node.Sequence sequence) {
            return sequence.items();
        }
        problems.error(node, what + " must be a list, not " + node.kind(), "begin each of its entries with '- '");
        return null;
    }

    /** Returns {@code node} as a word, or null (with the problem noted unless there is no node). */
    public Node.@Nullable Scalar word(@Nullable Node node, String what) {
        if (node == null) {
            return null;
        }
        if (node instanceof Node.Scalar scalar
                && !scalar.absent()
                && !scalar.text().isEmpty()) {
            return scalar;
        }
        problems.error(node, what + " must be one word, not " + (isEmpty(node) ? "empty" : node.kind()));
        return null;
    }

    /** Returns the text of {@code node} as a word, or null (with the problem noted unless there is no node). */
    public @Nullable String text(@Nullable Node node, String what) {
        Node.Scalar word = word(node, what);
        return word == null ? null : word.text();
    }

    /**
     * Returns {@code node} as a list of words: one word alone is a list of one. Empty with the problem noted if it is
     * none; empty also if there is no node.
     */
    public List<Node.Scalar> words(@Nullable Node node, String what) {
        List<Node.Scalar> words = new ArrayList<>();
        if (node == null) {
            return words;
        }
        if (!(node instanceof Node.Sequence sequence)) {
            Node.Scalar word = word(node, what);
            if (word != null) {
                words.add(word);
            }
            return words;
        }
        if (sequence.items().isEmpty()) {
            problems.error(node, what + " is empty", "leave it out, or say what it holds");
        }
        for (int i = 0; i < sequence.items().size(); i++) {
            Node.Scalar word = word(sequence.items().get(i), "an entry of " + what);
            if (word != null) {
                words.add(word);
            }
        }
        return words;
    }

    /** Returns the texts of words. */
    public static List<String> texts(List<Node.Scalar> words) {
        List<String> texts = new ArrayList<>(words.size());
        for (int i = 0; i < words.size(); i++) {
            texts.add(words.get(i).text());
        }
        return texts;
    }

    /** Returns the index of {@code node}'s word in {@code choices}, or -1 (with the problem noted unless it is absent). */
    public int choice(@Nullable Node node, String what, List<String> choices) {
        Node.Scalar word = word(node, what);
        if (word == null) {
            return -1;
        }
        int index = choices.indexOf(word.text());
        if (index < 0) {
            String suggestion = Problems.suggest(word.text(), choices);
            problems.error(
                    word,
                    what + " cannot be '" + word.text() + "'",
                    suggestion == null ? "it is one of " + words(choices) : suggestion);
        }
        return index;
    }

    /** Returns the day that {@code node} names, in days since 1970; {@link Days#NEVER} if it names none. */
    long day(@Nullable Node node, String what) {
        Node.Scalar word = word(node, what);
        if (word == null) {
            return Days.NEVER;
        }
        long day = Days.parse(word.text());
        if (day == Days.NEVER) {
            problems.error(word, what + " must be a day, not '" + word.text() + "'", "write it as 2027-01-31");
        }
        return day;
    }

    /** Warns if the day of {@code node}, at which something was to be reviewed, is over. */
    void review(@Nullable Node node, String what) {
        long day = day(node, "'reviewBy'");
        if (node != null && day < Days.of(System.currentTimeMillis())) {
            problems.warning(
                    node, what + " was to be reviewed by " + Days.text(day), "review it, and set the next day");
        }
    }

    static String words(Collection<String> words) {
        StringBuilder text = new StringBuilder();
        for (String word : words) {
            text.append(text.length() == 0 ? "" : ", ").append(word);
        }
        return text.toString();
    }

    private static boolean isEmpty(Node node) {
        return node instanceof Node.Scalar scalar
                && (scalar.absent() || scalar.text().isEmpty());
    }
}
