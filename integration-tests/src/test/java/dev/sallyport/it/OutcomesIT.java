package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** How allowed tool calls end is recorded where the policy wants it. */
class OutcomesIT {

    @TempDir
    Path directory;

    @EachJdk
    void theEndOfEachAllowedToolCallFollowsItsDecision(Jdk jdk) {
        List<JournalEntry> journal = journal(jdk, "audit: {outcomes: true}\n");
        List<String> ids = new ArrayList<>();
        List<String> of = new ArrayList<>();
        List<@Nullable String> errors = new ArrayList<>();
        for (JournalEntry entry : journal) {
            JournalEntry.Outcome outcome = entry.outcome();
            if (entry.stage().equals("tool") && !entry.denied()) {
                ids.add(entry.id());
            } else if (outcome != null) {
                of.add(outcome.of());
                errors.add(outcome.error());
                assertThat(entry.agent()).isEqualTo("refund");
                assertThat(entry.tool()).isEqualTo("issueRefund");
            }
        }
        assertThat(ids).hasSize(2);
        assertThat(of).isEqualTo(ids);
        assertThat(errors).containsExactly(null, "java.lang.IllegalArgumentException");
    }

    @EachJdk
    void withoutThatNothingIsRecordedOfIt(Jdk jdk) {
        assertThat(journal(jdk, "")).isNotEmpty().allMatch(entry -> entry.outcome() == null);
    }

    private List<JournalEntry> journal(Jdk jdk, String audit) {
        ChildJvm jvm = new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                .policy(Policies.write(directory, Policies.with("""
                        agents: {refund: {}}
                        egress: [{id: all, via: [dns, tcp, udp, http, listen], to: ["*"], action: allow}]
                        tools:
                          - {id: not-c9, tool: [issueRefund], when: "args.customerId == 'c9'", action: deny}
                          - {id: all-tools, tool: ["*"], action: allow}
                        """ + audit)));
        try (Conversation child = jvm.talk("com.example.exits.Spender")) {
            assertThat(child.ask("refund", "tool", "c7", "100")).isEqualTo("ok");
            assertThat(child.ask("refund", "tool", "c9", "100")).startsWith("refused");
            assertThat(child.ask("refund", "tool", "c7", "-1")).startsWith("failed java.lang.IllegalArgumentException");
        }
        return Journals.read(jvm.journal());
    }
}
