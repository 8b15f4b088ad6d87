package dev.sallyport.policy.load;

import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.Destination;
import dev.sallyport.policy.match.Glob;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds rules that are never reached, because one before them decides whatever they could match. For one thread. */
final class Reachability {

    /** Rules that cover everything are few in a policy that means something. */
    private static final int MOST_WIDE = 64;

    private final Problems problems;
    private final List<RuleMatcher> wide = new ArrayList<>();
    private final Map<String, List<RuleMatcher>> byWord = new HashMap<>();

    Reachability(Problems problems) {
        this.problems = problems;
    }

    /** Notes it if no call reaches {@code matcher}, the next rule in order. */
    void check(Node.Mapping place, RuleMatcher matcher) {
        Conditions later = matcher.conditions();
        List<String> words = words(later);
        RuleMatcher earlier = covering(wide, matcher);
        if (earlier == null && !words.isEmpty()) {
            earlier = coveringWords(words, matcher);
        }
        if (earlier != null) {
            problems.warning(
                    place,
                    "rule '" + matcher.rule().id() + "' is never reached: rule '"
                            + earlier.rule().id() + "' (" + earlier.rule().source()
                            + ") decides all that it could match",
                    "put it before that one, or drop it");
        }
        if (!matcher.enforced() || !unconditional(matcher)) {
            return;
        }
        if (words.isEmpty()) {
            if (wide.size() < MOST_WIDE) {
                wide.add(matcher);
            }
            return;
        }
        for (int i = 0; i < words.size(); i++) {
            List<RuleMatcher> rules = byWord.get(words.get(i));
            if (rules == null) {
                rules = new ArrayList<>(1);
                byWord.put(words.get(i), rules);
            }
            if (rules.size() < MOST_WIDE) {
                rules.add(matcher);
            }
        }
    }

    private @Nullable RuleMatcher coveringWords(List<String> words, RuleMatcher later) {
        List<RuleMatcher> rules = byWord.get(words.get(0));
        for (int i = 0; rules != null && i < rules.size(); i++) {
            RuleMatcher earlier = rules.get(i);
            // A name that resolves to an address that an allow rule does not want goes on to a later rule that denies.
            boolean decides = !earlier.allows() || later.allows() || !hasHosts(later.conditions());
            if (decides && words(earlier.conditions()).containsAll(words) && covers(earlier, later)) {
                return earlier;
            }
        }
        return null;
    }

    private static @Nullable RuleMatcher covering(List<RuleMatcher> rules, RuleMatcher later) {
        for (int i = 0; i < rules.size(); i++) {
            if (covers(rules.get(i), later)) {
                return rules.get(i);
            }
        }
        return null;
    }

    /** Returns whether {@code earlier} matches every way out and agent that {@code later} does. */
    private static boolean covers(RuleMatcher earlier, RuleMatcher later) {
        Conditions first = earlier.conditions();
        Conditions second = later.conditions();
        List<String> firstAgents = first.agents();
        List<String> secondAgents = second.agents();
        return ((second.vias() | second.httpVias()) & ~first.vias()) == 0
                && (firstAgents == null || (secondAgents != null && firstAgents.containsAll(secondAgents)));
    }

    private static boolean unconditional(RuleMatcher matcher) {
        Conditions conditions = matcher.conditions();
        return conditions.library() == null
                && conditions.httpVias() == 0
                && conditions.during() == null
                && matcher.terms() == null
                && matcher.except() == null;
    }

    private static boolean hasHosts(Conditions conditions) {
        List<Destination> destinations = conditions.destinations();
        for (int i = 0; destinations != null && i < destinations.size(); i++) {
            if (!destinations.get(i).hosts().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the words that say where a rule's calls lead, none if they lead everywhere. */
    private static List<String> words(Conditions conditions) {
        List<String> words = new ArrayList<>();
        List<Destination> destinations = conditions.destinations();
        for (int i = 0; destinations != null && i < destinations.size(); i++) {
            if (destinations.get(i).everywhere() && destinations.get(i).ports() == null) {
                return List.of();
            }
            words.add(destinations.get(i).word());
        }
        List<Glob> paths = conditions.paths();
        for (int i = 0; paths != null && i < paths.size(); i++) {
            String text = paths.get(i).text();
            if (text.equals("*") || text.equals("**")) {
                return List.of();
            }
            words.add(text);
        }
        return words;
    }
}
