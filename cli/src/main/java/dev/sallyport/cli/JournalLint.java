package dev.sallyport.cli;

import dev.sallyport.journal.JournalEntry;
import dev.sallyport.policy.Action;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.load.LoadedPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a journal says of a policy's rules. */
final class JournalLint {

    private final LoadedPolicy loaded;
    private final PolicyPlaces places;
    private final Map<String, Long> decided = new HashMap<>();
    private final Map<String, Long> wouldDeny = new HashMap<>();
    private final Map<String, Long> wouldAllow = new HashMap<>();
    private final Set<String> acted = new HashSet<>();

    JournalLint(LoadedPolicy loaded, PolicyPlaces places) {
        this.loaded = loaded;
        this.places = places;
    }

    /**
     * Adds what there is to say.
     *
     * @throws IOException if a journal cannot be read
     */
    void check(List<Path> journals, List<LintCommand.Finding> findings) throws IOException {
        long[] calls = new long[1];
        JournalOption.visit(journals, entry -> {
            if (entry.agent() != null) {
                calls[0] += entry.count();
                count(entry);
            }
        });
        for (Rule rule : loaded.rules()) {
            LintCommand.Finding finding = finding(rule, calls[0]);
            if (finding != null) {
                findings.add(finding);
            }
        }
        for (String agent : loaded.policy().agents().keySet()) {
            if (!acted.contains(agent)) {
                findings.add(new LintCommand.Finding(
                        "idle-agent",
                        places.at(
                                places.key("agents", agent),
                                "agent '" + agent + "' did nothing in " + calls[0] + " recorded calls",
                                null)));
            }
        }
    }

    private void count(JournalEntry entry) {
        acted.addAll(entry.chain());
        if (entry.agent() != null) {
            acted.add(entry.agent());
        }
        if (entry.rule() != null) {
            decided.merge(entry.rule(), entry.count(), Long::sum);
        }
        if (entry.wouldRule() != null) {
            ("deny".equals(entry.would()) ? wouldDeny : wouldAllow).merge(entry.wouldRule(), entry.count(), Long::sum);
        }
    }

    private LintCommand.@Nullable Finding finding(Rule rule, long calls) {
        String id = rule.id();
        long hits = decided.getOrDefault(id, 0L);
        long denies = wouldDeny.getOrDefault(id, 0L);
        long allows = wouldAllow.getOrDefault(id, 0L);
        String of = " in " + calls + " recorded calls";
        if (rule.mode() == Mode.MONITOR) {
            if (rule.action() != Action.ALLOW && denies == 0) {
                return finding("ready-to-enforce", id, "would have denied nothing" + of, "enforce it: 'mode: enforce'");
            }
            return rule.action() == Action.ALLOW && allows > 0
                    ? finding(
                            "ready-to-enforce",
                            id,
                            "matched " + allows + " calls" + of,
                            "enforce it, so that they stay allowed when its neighbours are enforced")
                    : null;
        }
        if (hits + denies + allows > 0) {
            return null;
        }
        return rule.action() != Action.ALLOW
                ? finding("never-denied", id, "denied nothing" + of, null)
                : finding("never-used", id, "allowed nothing" + of, "drop it if nobody needs it");
    }

    private LintCommand.Finding finding(String check, String id, String message, @Nullable String suggestion) {
        return new LintCommand.Finding(check, places.at(places.rule(id), "rule '" + id + "' " + message, suggestion));
    }
}
