package dev.sallyport.policy.load;

import dev.sallyport.policy.match.Glob;
import dev.sallyport.policy.match.LibraryPatterns;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads lists of libraries. */
final class LibraryReading {

    private final Reading reading;
    private final Problems problems;

    LibraryReading(Reading reading) {
        this.reading = reading;
        this.problems = reading.problems();
    }

    /** Returns a list of libraries, or all outside a list. */
    LibraryPatterns listOrNot(Node node, String what) {
        if (!(node instanceof Node.Mapping)) {
            return list(node, what);
        }
        Node.Mapping mapping = reading.mapping(node, what, List.of("not"), List.of());
        Node list = mapping == null ? null : mapping.get("not");
        if (list == null) {
            problems.error(node, what + " says neither which nor which not", "write a list, or '{not: [...]}'");
        }
        return new LibraryPatterns(patterns(list, what), true);
    }

    /** Returns a list of libraries. */
    LibraryPatterns list(Node node, String what) {
        return new LibraryPatterns(patterns(node, what), false);
    }

    private List<LibraryPatterns.Pattern> patterns(@Nullable Node list, String what) {
        List<Node.Scalar> words = reading.words(list, what);
        List<LibraryPatterns.Pattern> patterns = new ArrayList<>(words.size());
        for (int i = 0; i < words.size(); i++) {
            patterns.add(pattern(words.get(i)));
        }
        return patterns;
    }

    private LibraryPatterns.Pattern pattern(Node.Scalar word) {
        String text = word.text();
        int first = text.indexOf(':');
        if (first < 0) {
            String prefix = text.endsWith(".**")
                    ? text.substring(0, text.length() - 3)
                    : text.endsWith(".*") ? text.substring(0, text.length() - 2) : text;
            if (prefix.indexOf('*') >= 0) {
                problems.error(
                        word,
                        "'" + text + "' is neither coordinates nor the beginning of a package",
                        "write 'group:artifact', with '*' for any, or 'com.acme'");
            }
            return new LibraryPatterns.Pattern(text, null, Glob.ofName(prefix), null);
        }
        int second = text.indexOf(':', first + 1);
        int end = second < 0 ? text.length() : second;
        boolean parts = first > 0 && end > first + 1 && (second < 0 || text.length() > second + 1);
        if (!parts || (second >= 0 && text.indexOf(':', second + 1) >= 0)) {
            problems.error(word, "'" + text + "' is not of the form group:artifact or group:artifact:version");
        }
        return new LibraryPatterns.Pattern(
                text,
                Glob.ofName(text.substring(0, first)),
                Glob.ofName(text.substring(Math.min(first + 1, end), end)),
                second < 0 ? null : Glob.ofName(text.substring(second + 1)));
    }
}
