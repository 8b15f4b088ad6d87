package dev.sallyport.policy.load;

import dev.sallyport.policy.Policy;
import java.util.List;

/** The {@code killSwitch} section. */
final class KillSwitchSection {

    private static final List<String> DO = List.of("denyAll", "closeConnections", "endTasks", "revokeApprovals");
    private static final int MOST_DAYS = 3_660;

    private KillSwitchSection() {}

    /** Reads the section; what it does not say is done. */
    static Policy.KillSwitch read(Reading reading, Node node) {
        Node.Mapping section = reading.mapping(node, "'killSwitch'", List.of("do", "drillEvery"), List.of());
        if (section == null) {
            return Policy.KillSwitch.EVERYTHING;
        }
        boolean[] done = new boolean[DO.size()];
        Node what = section.get("do");
        List<Node.Scalar> words = reading.words(what, "'do'");
        for (int i = 0; i < words.size(); i++) {
            int choice = reading.choice(words.get(i), "an entry of 'do'", DO);
            if (choice >= 0) {
                done[choice] = true;
            }
        }
        if (what != null && !words.isEmpty() && !done[0]) {
            reading.problems()
                    .error(what, "a kill switch that does not deny would stop nobody", "add 'denyAll', or drop 'do'");
        }
        Node every = section.get("drillEvery");
        return new Policy.KillSwitch(
                what == null || done[1], what == null || done[2], every == null ? 0 : days(reading, every));
    }

    private static int days(Reading reading, Node node) {
        String text = reading.text(node, "'drillEvery'");
        int days = text == null || !text.endsWith("d") ? -1 : Places.number(text, 0, text.length() - 1);
        if (text != null && (days < 1 || days > MOST_DAYS)) {
            reading.problems()
                    .error(node, "'drillEvery' must be a number of days, not '" + text + "'", "write it as 30d");
        }
        return Math.max(days, 0);
    }
}
