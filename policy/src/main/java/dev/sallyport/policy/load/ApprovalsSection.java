package dev.sallyport.policy.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code approvals} section. It is read and checked; asking somebody is not possible in this version. */
final class ApprovalsSection {

    private static final List<String> KEYS = List.of("approvers", "quorum", "ttl", "uses", "bind", "onTimeout");
    private static final List<String> BINDABLE = List.of("agent", "subject", "tool", "args", "rule", "task");
    private static final int MOST = 1_000;

    private final Reading reading;

    ApprovalsSection(Reading reading) {
        this.reading = reading;
    }

    /** Returns the names of the approvals. */
    List<String> read(@Nullable Node node) {
        List<String> names = new ArrayList<>();
        Node.Mapping section = node == null ? null : reading.mapping(node, "'approvals'");
        for (int i = 0; section != null && i < section.entries().size(); i++) {
            Node.Scalar name = section.entries().get(i).key();
            if (!Words.isName(name.text())) {
                reading.problems().error(name, "'" + name.text() + "' cannot be an approval's name", Words.NAME_RULE);
            }
            names.add(name.text());
            check(name, section.entries().get(i).value());
        }
        return names;
    }

    private void check(Node.Scalar name, Node value) {
        Node.Mapping approval = reading.mapping(value, "approval '" + name.text() + "'", KEYS, List.of());
        if (approval == null) {
            return;
        }
        List<Node.Scalar> approvers = reading.words(approval.get("approvers"), "'approvers'");
        if (approval.get("approvers") == null) {
            reading.problems()
                    .error(approval, "the approval does not say who may give it", "write 'approvers: [group:finance]'");
        }
        for (int i = 0; i < approvers.size(); i++) {
            String text = approvers.get(i).text();
            if (!text.startsWith("group:") && !text.startsWith("user:")) {
                reading.problems()
                        .error(
                                approvers.get(i),
                                "'" + text + "' is neither a group nor a user",
                                "write 'group:" + text + "' or 'user:" + text + "'");
            }
        }
        count(approval.get("quorum"), "'quorum'");
        count(approval.get("uses"), "'uses'");
        Node ttl = approval.get("ttl");
        if (ttl != null) {
            Durations.nanos(reading, ttl, "'ttl'", Durations.SECOND, 30 * Durations.DAY);
        }
        List<Node.Scalar> bind = reading.words(approval.get("bind"), "'bind'");
        for (int i = 0; i < bind.size(); i++) {
            reading.choice(bind.get(i), "an entry of 'bind'", BINDABLE);
        }
        reading.choice(approval.get("onTimeout"), "'onTimeout'", List.of("deny"));
    }

    private void count(@Nullable Node node, String what) {
        Node.Scalar word = reading.word(node, what);
        if (word == null) {
            return;
        }
        int number = Places.number(word.text(), 0, word.text().length());
        if (number < 1 || number > MOST) {
            reading.problems().error(word, what + " must be a number from 1 to " + MOST);
        }
    }
}
