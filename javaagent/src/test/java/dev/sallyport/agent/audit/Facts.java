package dev.sallyport.agent.audit;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.Attribution.Origin;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalReader;
import dev.sallyport.policy.Action;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.Policy.OnFull;
import dev.sallyport.policy.PolicySource;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Facts that the tests of this package speak of. */
final class Facts {

    static final byte[] CONTENT = "abc".getBytes(StandardCharsets.UTF_8);
    static final String DIGEST = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    static final DecisionId.Source IDS = new DecisionId.Source();
    static final Rule DEFAULT_DENY =
            new Rule("default-deny", Action.DENY, Mode.ENFORCE, "built-in", "no rule allows it", List.of());
    static final Rule PSP =
            new Rule("refund-psp", Action.ALLOW, Mode.ENFORCE, "refunds.yaml:9", "it goes to the psp", List.of());
    static final Decision DENIED = new Decision(Action.DENY, DEFAULT_DENY, Mode.ENFORCE, null, null);
    static final Decision ALLOWED = new Decision(Action.ALLOW, PSP, Mode.ENFORCE, null, null);
    static final Library SHOP = new Library("com.shop", "refund-desk", "1.0", "com.shop");
    static final Policy POLICY = policy(OnFull.DENY);

    private Facts() {}

    static Policy policy(OnFull onFull) {
        return new Policy(
                "refunds",
                "2026.10.1",
                new PolicySource(Path.of("refunds.yaml"), CONTENT),
                Mode.ENFORCE,
                false,
                Policy.Uncovered.ALLOWED,
                "unattributed",
                Map.of(),
                new Policy.Audit(null, onFull, false),
                Policy.KillSwitch.EVERYTHING,
                Map.of());
    }

    static Call connect(String host) {
        return new Call(Stage.CONNECT, Via.TCP, "refund", SHOP, host, Address.ofIpv4(0xcb007107), 443, null, null);
    }

    static Event event(Call call, Decision decision) {
        return event(null, call, decision, null, null);
    }

    static Event event(
            @Nullable AgentContext context,
            Call call,
            Decision decision,
            @Nullable Object arguments,
            @Nullable String trace) {
        return new Event(
                IDS.next(1_795_000_000_000L),
                1_795_000_000_000_000_007L,
                context,
                call,
                decision,
                POLICY,
                new Attribution(SHOP, null, null, Origin.USER),
                null,
                arguments,
                trace);
    }

    static List<JournalEntry> read(Path file) throws IOException {
        List<JournalEntry> entries = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(file)) {
            for (JournalEntry entry = reader.next(); entry != null; entry = reader.next()) {
                entries.add(entry);
            }
            if (!reader.problems().isEmpty()) {
                throw new AssertionError(reader.problems());
            }
        }
        return entries;
    }
}
