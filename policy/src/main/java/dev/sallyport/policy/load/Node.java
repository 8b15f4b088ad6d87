package dev.sallyport.policy.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of a YAML file, with its place. */
public sealed interface Node {

    /** Returns the line, from 1. */
    int line();

    /** Returns the column, from 1. */
    int column();

    /** Returns what it is, for messages. */
    String kind();

    /**
     * A single value.
     *
     * @param text its text, without quotes
     * @param plain whether it was written without quotes
     */
    record Scalar(String text, boolean plain, int line, int column) implements Node {

        /** Returns whether nothing is written there, or a word for it. */
        public boolean absent() {
            return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
        }

        @Override
        public String kind() {
            return absent() ? "nothing" : "the value '" + text + "'";
        }
    }

    /** A list. */
    record Sequence(List<Node> items, int line, int column) implements Node {

        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Keys and values, in the file's order; no key stands twice. */
    record Mapping(List<Entry> entries, int line, int column) implements Node {

        /** Returns the value of a key, or null. */
        public @Nullable Node get(String key) {
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).key().text().equals(key)) {
                    return entries.get(i).value();
                }
            }
            return null;
        }

        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** A key and its value. */
    record Entry(Scalar key, Node value) {}
}
