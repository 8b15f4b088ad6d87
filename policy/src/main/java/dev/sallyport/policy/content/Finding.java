package dev.sallyport.policy.content;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found in one piece of what is about to leave. It never holds what was found itself.
 *
 * @param detector the name of the detector or of the policy's own pattern
 * @param where the piece: {@code body}, {@code query}, {@code path}, {@code header X-Note}, {@code args.customer.note}
 * @param at where the first one begins in that piece, in bytes of its decoded text
 * @param count how many were found
 */
public record Finding(String detector, String where, long at, int count) {

    /** The name of the finding that nobody can look there. */
    static final String UNSEEN = "unseen";

    /** Returns the finding that nobody can look into a piece: the arguments of a tool, the body of a request. */
    public static Finding unseen(String where) {
        return new Finding(UNSEEN, where, 0, 1);
    }

    /** Returns findings in one line, as evidence writes them. */
    public static String words(List<Finding> findings) {
        StringBuilder words = new StringBuilder();
        for (Finding finding : findings) {
            words.append(words.length() == 0 ? "" : "; ").append(finding);
        }
        return words.toString();
    }

    /**
     * Returns the findings that {@link #words} has written down: what was found and where, not how often.
     *
     * @return empty if the text is none of its
     */
    public static List<Finding> parse(@Nullable String words) {
        List<Finding> findings = new ArrayList<>();
        for (String each : words == null ? new String[0] : words.split("; ", -1)) {
            int in = each.indexOf(" in ");
            int at = each.lastIndexOf(" at ");
            if (in < 0 || (at < in && !each.startsWith(UNSEEN))) {
                return List.of();
            }
            String detector = each.substring(0, in);
            int times = detector.indexOf(" (");
            findings.add(new Finding(
                    times < 0 ? detector : detector.substring(0, times),
                    each.substring(in + 4, at < in ? each.length() : at),
                    0,
                    1));
        }
        return findings;
    }

    @Override
    public String toString() {
        if (detector.equals(UNSEEN)) {
            return detector + " in " + where;
        }
        return detector + (count == 1 ? "" : " (" + count + " times)") + " in " + where + " at " + at;
    }
}
