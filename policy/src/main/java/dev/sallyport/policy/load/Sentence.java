package dev.sallyport.policy.load;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.TaskKind;
import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.Destination;
import dev.sallyport.policy.match.Glob;
import dev.sallyport.policy.match.LibraryPatterns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says in a clause what a rule does. */
final class Sentence {

    private Sentence() {}

    /** Returns such as {@code it denies [metadata] to every agent, but for an exception}. */
    static String of(Action action, Conditions conditions, @Nullable Conditions except) {
        StringBuilder text = new StringBuilder(80);
        text.append(
                action == Action.ALLOW
                        ? "it allows "
                        : action == Action.DENY ? "it denies " : "it needs approval for ");
        List<Destination> destinations = conditions.destinations();
        List<Glob> paths = conditions.paths();
        if (destinations != null) {
            text.append('[');
            for (int i = 0; i < destinations.size(); i++) {
                text.append(i == 0 ? "" : ", ").append(destinations.get(i).word());
            }
            text.append(']');
        } else if (paths != null) {
            text.append('[');
            for (int i = 0; i < paths.size(); i++) {
                text.append(i == 0 ? "" : ", ").append(paths.get(i).text());
            }
            text.append(']');
        } else {
            text.append("everything");
        }
        List<String> agents = conditions.agents();
        text.append(agents == null ? " to every agent" : " to agent ");
        for (int i = 0; agents != null && i < agents.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(agents.get(i));
        }
        LibraryPatterns library = conditions.library();
        if (library != null) {
            text.append(library.outside() ? " through libraries outside " : " through libraries in ");
            text.append(library.words());
        }
        if (conditions.http() != null) {
            text.append(" for some requests");
        }
        List<TaskKind> during = conditions.during();
        for (int i = 0; during != null && i < during.size(); i++) {
            text.append(i == 0 ? " during " : " or ").append(during.get(i).name());
        }
        return text.append(except == null ? "" : ", but for an exception").toString();
    }
}
