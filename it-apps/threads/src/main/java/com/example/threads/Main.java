package com.example.threads;

import dev.sallyport.AgentScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs every {@link Handover} as {@code agent-b}, then as {@code agent-a}, then as nobody, and then as all three at once,
 * and prints a line for each: {@code right}, {@code lost} (nobody instead of somebody) or {@code WRONG} (somebody else).
 */
public final class Main {

    private static final String NOBODY = "nobody";
    private static final String[] ACTORS = {"agent-b", "agent-a", NOBODY};

    private Main() {}

    public static void main(String[] args) throws Exception {
        int wrong = 0;
        int lost = 0;
        Map<String, Handover> handovers =
                args.length > 0 && args[0].equals("libraries") ? LibraryHandovers.all() : Handovers.all();
        for (Map.Entry<String, Handover> handover : handovers.entrySet()) {
            StringBuilder verdict = new StringBuilder();
            boolean isWrong = false;
            boolean isLost = false;
            for (String actor : ACTORS) {
                String seen = as(actor, handover.getValue());
                isWrong |= !seen.equals(actor) && !seen.equals(NOBODY);
                isLost |= !seen.equals(actor) && seen.equals(NOBODY);
                verdict.append(' ').append(actor).append("->").append(seen);
            }
            String together = together(handover.getValue());
            isWrong |= together.contains("WRONG");
            verdict.append(together);
            wrong += isWrong ? 1 : 0;
            lost += isLost && !isWrong ? 1 : 0;
            System.out.println((isWrong ? "WRONG " : isLost ? "lost  " : "right ") + handover.getKey() + ':' + verdict);
        }
        System.out.println(handovers.size() + " ways, " + (handovers.size() - wrong - lost) + " right, " + lost
                + " lost, " + wrong + " wrong");
        System.exit(wrong == 0 ? 0 : 1);
    }

    @SuppressWarnings("try")
    private static String as(String actor, Handover handover) throws Exception {
        if (actor.equals(NOBODY)) {
            return handover.through(Main::current);
        }
        try (AgentScope scope = AgentScope.enter(actor)) {
            return handover.through(Main::current);
        }
    }

    /** The same way, used by all three at once. */
    private static String together(Handover handover) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(ACTORS.length);
        try {
            List<Future<String>> verdicts = new ArrayList<>();
            for (String actor : ACTORS) {
                verdicts.add(callers.submit(() -> {
                    String verdict = "";
                    for (int i = 0; i < 20; i++) {
                        String seen = as(actor, handover);
                        if (!seen.equals(actor)) {
                            verdict = (seen.equals(NOBODY) ? " lost " : " WRONG ") + actor + "->" + seen + " at once";
                        }
                    }
                    return verdict;
                }));
            }
            StringBuilder all = new StringBuilder();
            for (Future<String> verdict : verdicts) {
                all.append(verdict.get());
            }
            return all.toString();
        } finally {
            callers.shutdown();
        }
    }

    private static String current() {
        String agent = AgentScope.current();
        return agent == null ? NOBODY : agent;
    }
}
