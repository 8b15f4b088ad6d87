package dev.sallyport.policy.content;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.match.Feed;
import dev.sallyport.policy.match.FeedSource;
import dev.sallyport.policy.match.Match;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a policy's {@code content}. Immutable.
 *
 * @param detectors what it looks for
 * @param tools which tool calls it looks into, null if into none
 * @param requests which HTTP requests it looks into, null if into none
 * @param unseen whether a request is let through whose body its client does not show
 */
public record ContentRule(
        Detectors detectors,
        @Nullable RuleMatcher tools,
        @Nullable RuleMatcher requests,
        boolean unseen) {

    /** What the body of a request is called in findings. */
    public static final String BODY = "body";

    /** What the arguments of a tool are called. */
    public static final String ARGUMENTS = "args";

    /** Returns the rule that stands for it in evidence. */
    public Rule rule() {
        return matcher().rule();
    }

    /** Returns one of its matchers, which have the same rule. */
    RuleMatcher matcher() {
        RuleMatcher one = tools == null ? requests : tools;
        if (one == null) {
            throw new IllegalStateException("a content rule that looks into nothing");
        }
        return one;
    }

    /** Returns what decides whether it looks into {@code call}; null if it looks into none of its kind. */
    public @Nullable RuleMatcher of(Call call) {
        return call.via() == Via.TOOL ? tools : call.via() == Via.HTTP ? requests : null;
    }

    /** Returns whether it looks into {@code call}; it does where it is not known yet whether it should. */
    boolean concerns(Call call) {
        RuleMatcher matcher = of(call);
        return matcher != null && matcher.match(call) != Match.NO;
    }

    /** Returns whether one of the findings is what it looks for, or that it cannot look where it wants to. */
    boolean holds(List<Finding> findings) {
        for (int i = 0; i < findings.size(); i++) {
            Finding finding = findings.get(i);
            boolean hidden = finding.detector().equals(Finding.UNSEEN)
                    && !(unseen && finding.where().equals(BODY));
            if (hidden || detectors.has(finding.detector())) {
                return true;
            }
        }
        return false;
    }

    /** Returns the same rule in another mode. */
    ContentRule in(Mode mode) {
        return new ContentRule(
                detectors, tools == null ? null : tools.in(mode), requests == null ? null : requests.in(mode), unseen);
    }

    /** Returns the same rule with what is in the files now that its destinations rest on. */
    ContentRule with(Map<FeedSource, Feed> now) {
        return new ContentRule(
                detectors,
                tools == null ? null : tools.with(now),
                requests == null ? null : requests.with(now),
                unseen);
    }
}
