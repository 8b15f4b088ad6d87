package dev.sallyport.policy.load;

import java.util.Collection;

/** What names in a policy look like. */
final class Words {

    /** Says what {@link #isName} wants. */
    static final String NAME_RULE = "use letters, digits, '-' and '_', 200 at most, and begin with a letter or digit";

    private static final int MOST_LETTERS = 200;

    private Words() {}

    /** Returns whether {@code text} can name a group or an agent. */
    static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && (i == 0 || (c != '-' && c != '_'))) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MOST_LETTERS;
    }

    /** Returns whether {@code text} can be the id of a rule: a name that may hold dots. */
    static boolean isId(String text) {
        return isName(text.replace('.', '-'));
    }

    /** Notes it if {@code word} is none of the known names. */
    static void known(Problems problems, Node.Scalar word, String what, Collection<String> names) {
        if (names.contains(word.text())) {
            return;
        }
        String suggestion = Problems.suggest(word.text(), names);
        problems.error(
                word,
                "unknown " + what + " '" + word.text() + "'",
                suggestion != null
                        ? suggestion
                        : names.isEmpty() ? "the policy names none" : "the policy knows " + Reading.words(names));
    }
}
