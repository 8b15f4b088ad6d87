package dev.sallyport.cli;

import dev.sallyport.journal.JournalEntry;
import dev.sallyport.policy.Action;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.content.Finding;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides recorded calls once more, by another policy. */
final class Replay {

    /** What the gate says by itself, whatever the policy's rules are. */
    private static final Set<String> OF_THE_GATE = Set.of(
            BuiltIn.OWN_TRAFFIC.id(),
            BuiltIn.NO_IDENTITY.id(),
            BuiltIn.FRAMEWORK_AGENT.id(),
            BuiltIn.ENTERED_BY.id(),
            BuiltIn.JDK_LIBRARIES.id(),
            BuiltIn.INTERNALS.id(),
            BuiltIn.ON_ERROR.id(),
            BuiltIn.JOURNAL_FULL.id());

    private Replay() {}

    /**
     * What a policy says of a recorded call.
     *
     * @param happens what happens to the call
     * @param enforced what would happen if every rule were enforced
     * @param rule the rule that says {@code enforced}
     */
    record Verdict(Action happens, Action enforced, String rule) {

        /** No rule has anything against it. */
        static final Verdict NOTHING = new Verdict(Action.ALLOW, Action.ALLOW, "-");

        static Verdict of(Decision decision) {
            Action would = decision.would();
            return new Verdict(
                    decision.action(),
                    would == null ? decision.action() : would,
                    would == null || decision.wouldRule() == null
                            ? decision.rule().id()
                            : decision.wouldRule().id());
        }

        /** Returns it in a few words: {@code deny by no-shell}. */
        String text() {
            return happens == enforced
                    ? happens.label() + " by " + rule
                    : happens.label() + ", enforced " + enforced.label() + " by " + rule;
        }
    }

    /** Returns what {@code engine} says of the call of {@code entry}; null if no rule decides such calls. */
    static @Nullable Verdict verdict(PolicyEngine engine, JournalEntry entry) {
        Call call = RecordedCall.of(entry);
        String rule = entry.rule();
        if (call == null || rule == null || OF_THE_GATE.contains(rule)) {
            return null;
        }
        if (rule.equals(BuiltIn.REBINDING.id())) {
            String host = call.host();
            Address address = call.address();
            return host == null || address == null || engine.keepsPrivateAnswer(host, address)
                    ? null
                    : Verdict.of(engine.builtIn(BuiltIn.REBINDING));
        }
        return call.stage() == Stage.DELEGATION
                        || call.stage() == Stage.TOOL
                        || call.target() != null
                        || isNetwork(call)
                ? Verdict.of(Trial.content(engine, call, Trial.decide(engine, call), Finding.parse(entry.reason())))
                : null;
    }

    private static boolean isNetwork(Call call) {
        return call.host() != null || call.address() != null;
    }
}
