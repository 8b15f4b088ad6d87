package dev.sallyport.agent.control;

import dev.sallyport.agent.audit.Journal;
import dev.sallyport.agent.enforce.AgentLog;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Problem;
import dev.sallyport.policy.load.StateFile;
import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What operators, and rules that kill, have said since the policy was written. What a rule says is written to the file too,
 * where that can be done, so that it holds after a restart; it ends when the file says that the agent is released. Not safe for
 * several threads: the one that watches.
 */
public final class OperatorState {

    private final File file;
    private final AgentLog log;
    private final boolean signed;
    private final Map<String, OwnKill> own = new HashMap<>();
    private PolicyState inFile = PolicyState.NONE;
    private PolicyState told = PolicyState.NONE;
    private List<Problem> problems = List.of();

    /**
     * That somebody was stopped by this JVM itself.
     *
     * @param kill why
     * @param released what the file said of the agent's last release by then; another word there ends it
     */
    private record OwnKill(PolicyState.Kill kill, @Nullable String released) {}

    /**
     * Creates the state; nothing is read before {@link #read}.
     *
     * @param signed whether the policy must be signed, and so is not loosened by a file that is not
     */
    public OperatorState(File file, boolean signed, AgentLog log) {
        this.file = file;
        this.signed = signed;
        this.log = log;
    }

    /**
     * Reads the file.
     *
     * @param settled if not, who is stopped stays so whatever the file says, since it may be half written
     * @return whether what counts has changed
     * @throws IOException if it cannot be read; then all stays as it was
     */
    public boolean read(LoadedPolicy policy, boolean settled) throws IOException {
        PolicyState before = now();
        take(policy, settled);
        return !now().equals(before);
    }

    private void take(LoadedPolicy policy, boolean settled) throws IOException {
        StateFile.Read read = StateFile.read(file, policy, signed);
        PolicyState next = read.state();
        if (!settled) {
            Map<String, PolicyState.Kill> kills = new HashMap<>(inFile.kills());
            kills.putAll(next.kills());
            inFile = new PolicyState(
                    kills, inFile.modes(), inFile.defaultMode(), inFile.releases(), inFile.drill(), inFile.drilled());
            return;
        }
        inFile = next;
        problems = read.problems();
        for (String agent : List.copyOf(own.keySet())) {
            OwnKill kill = own.get(agent);
            if (kill != null && !Objects.equals(kill.released(), next.releases().get(agent))) {
                own.remove(agent);
            }
        }
    }

    /** Stops an agent, and returns whether it was not stopped before. */
    public boolean kill(String agent, String why, String source) {
        if (own.containsKey(agent) || inFile.kills().containsKey(agent)) {
            return false;
        }
        own.put(
                agent,
                new OwnKill(new PolicyState.Kill(why, source), inFile.releases().get(agent)));
        return true;
    }

    /** Stops everything because nobody knows whether the policy is the right one; null ends that. */
    public void stale(@Nullable String why) {
        if (why == null) {
            own.remove(PolicyState.ALL);
        } else {
            own.put(PolicyState.ALL, new OwnKill(new PolicyState.Kill(why, "the option onStale"), null));
        }
    }

    /** Returns what counts now. */
    public PolicyState now() {
        if (own.isEmpty()) {
            return inFile;
        }
        Map<String, PolicyState.Kill> kills = new HashMap<>();
        for (Map.Entry<String, OwnKill> kill : own.entrySet()) {
            kills.put(kill.getKey(), kill.getValue().kill());
        }
        kills.putAll(inFile.kills());
        return new PolicyState(
                kills, inFile.modes(), inFile.defaultMode(), inFile.releases(), inFile.drill(), inFile.drilled());
    }

    /** Tells the journal and standard error what is another than it last told. */
    public void tell(Journal journal, Policy policy) {
        PolicyState now = now();
        for (Map.Entry<String, PolicyState.Kill> entry : now.kills().entrySet()) {
            PolicyState.Kill kill = entry.getValue();
            PolicyState.Kill before = told.kills().get(entry.getKey());
            if (before == null || !before.why().equals(kill.why())) {
                String why = (kill.why().isEmpty() ? "stopped" : kill.why()) + " (" + kill.source() + ")";
                journal.killed(policy, agentOrNull(entry.getKey()), true, why);
                log.error(whom(entry.getKey()) + " stopped: " + why);
            }
        }
        for (String agent : told.kills().keySet()) {
            if (!now.kills().containsKey(agent)) {
                String released = now.releases().get(agent);
                String why = released == null || released.isEmpty() ? "released" : released;
                journal.killed(policy, agentOrNull(agent), false, why);
                log.error(whom(agent) + " released: " + why);
            }
        }
        tellModes(journal, policy, now);
        told = now;
        for (Problem problem : problems) {
            journal.changed(policy, null, false, problem.toString());
            log.error(problem + ": this line does not count in full; the others do");
        }
        problems = List.of();
    }

    private void tellModes(Journal journal, Policy policy, PolicyState now) {
        for (Map.Entry<String, Mode> entry : now.modes().entrySet()) {
            if (entry.getValue() != told.modes().get(entry.getKey())) {
                tellMode(
                        journal,
                        policy,
                        entry.getKey(),
                        "mode " + entry.getValue().label());
            }
        }
        for (String rule : told.modes().keySet()) {
            if (!now.modes().containsKey(rule)) {
                tellMode(journal, policy, rule, "the policy's own mode again");
            }
        }
        Mode mode = now.defaultMode();
        if (mode != told.defaultMode()) {
            tellMode(
                    journal,
                    policy,
                    null,
                    mode == null ? "the policy's own default mode again" : "default mode " + mode.label());
        }
    }

    private void tellMode(Journal journal, Policy policy, @Nullable String rule, String what) {
        String why = what + " by " + file.getName();
        journal.changed(policy, rule, true, why);
        log.info((rule == null ? "the policy" : "rule " + rule) + " has " + why);
    }

    private static @Nullable String agentOrNull(String agent) {
        return agent.equals(PolicyState.ALL) ? null : agent;
    }

    private static String whom(String agent) {
        return agent.equals(PolicyState.ALL) ? "everything is" : "agent " + agent + " is";
    }
}
