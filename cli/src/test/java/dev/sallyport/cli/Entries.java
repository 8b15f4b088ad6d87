package dev.sallyport.cli;

import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalEntry.PolicyId;
import dev.sallyport.journal.JournalEntry.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Journal entries for tests. */
final class Entries {

    static final PolicyId POLICY = new PolicyId("refunds", "2026.10.1", "ab".repeat(32));

    private Entries() {}

    static JournalEntry connect(String id, String agent, String host, String decision, String rule) {
        return entry(id, agent, "connect", "tcp", host(host), decision, rule, null, null, 1, null);
    }

    static JournalEntry wouldBeDenied(String id, String host, String rule) {
        return entry(id, "refund", "connect", "tcp", host(host), "allow", "watched", "deny", rule, 1, null);
    }

    static JournalEntry about(String stage, String decision, long count, String reason) {
        return entry(
                "d-0", null, stage, null, Target.ofFile("refunds.yaml"), decision, null, null, null, count, reason);
    }

    static JournalEntry entry(
            String id,
            @Nullable String agent,
            String stage,
            @Nullable String via,
            Target target,
            String decision,
            @Nullable String rule,
            @Nullable String would,
            @Nullable String wouldRule,
            long count,
            @Nullable String reason) {
        return new JournalEntry(
                id,
                "2026-11-20T12:00:01.002003004Z",
                agent,
                List.of(),
                null,
                stage,
                via,
                target,
                decision,
                would == null ? "enforce" : "monitor",
                rule,
                POLICY,
                would,
                wouldRule,
                "com.shop:refund-desk:1.0",
                null,
                "com.shop.RefundTools:41",
                null,
                null,
                null,
                null,
                null,
                count,
                reason,
                null);
    }

    /** Returns {@code e} as if code of another library had made the call. */
    static JournalEntry of(JournalEntry e, @Nullable String library) {
        return new JournalEntry(
                e.id(),
                e.time(),
                e.agent(),
                e.chain(),
                e.subject(),
                e.stage(),
                e.via(),
                e.target(),
                e.decision(),
                e.mode(),
                e.rule(),
                e.policy(),
                e.would(),
                e.wouldRule(),
                library,
                e.transport(),
                e.site(),
                e.task(),
                e.tool(),
                e.toolCall(),
                e.claimed(),
                e.trace(),
                e.count(),
                e.reason(),
                e.jvm());
    }

    static Target host(String name) {
        return new Target(name, null, 443, null, null, null, null, List.of(), null, null);
    }
}
