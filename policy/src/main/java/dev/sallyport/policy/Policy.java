package dev.sallyport.policy;

import dev.sallyport.policy.match.LibraryPatterns;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A policy as it was read: who it is, what its agents are, and where its evidence goes. Its rules are in the {@link
 * PolicyEngine} that was compiled from it. Immutable.
 *
 * @param name {@code metadata.name}
 * @param version {@code metadata.version}, empty if the policy does not say
 * @param source the file it was read from
 * @param mode {@code defaults.mode}, or what overrides it
 * @param onErrorAllow whether a failure of the gate itself lets the call through ({@code defaults.onError: allow})
 * @param uncovered what happens to the ways out that ordinary programs need, where no rule covers them
 * @param unattributed the name that code outside any agent acts under: {@code defaults.unattributed}, or the agent
 *     that the process was given as its own
 * @param agents the agents by name, in the file's order
 * @param audit where the evidence goes
 * @param killSwitch what stopping somebody does
 * @param tasks the kinds of tasks by name
 */
public record Policy(
        String name,
        String version,
        PolicySource source,
        Mode mode,
        boolean onErrorAllow,
        Uncovered uncovered,
        String unattributed,
        Map<String, Agent> agents,
        Audit audit,
        KillSwitch killSwitch,
        Map<String, TaskKind> tasks) {

    /** The name that code outside any agent acts under where a policy does not give it another. */
    public static final String UNATTRIBUTED = "unattributed";

    /** Returns whether one of its agents is suspended, or was good until a day before {@code today} (days since 1970). */
    public boolean barsAnybody(long today) {
        for (Agent agent : agents.values()) {
            if (agent.suspended() || agent.expires() < today) {
                return true;
            }
        }
        return false;
    }

    /** Returns the same policy with another mode where rules do not say theirs. */
    public Policy in(Mode other) {
        return new Policy(
                name, version, source, other, onErrorAllow, uncovered, unattributed, agents, audit, killSwitch, tasks);
    }

    /** Returns what stands in for a policy of which nothing can be used: an engine without rules that goes by it denies all. */
    public static Policy denyingAll(Path file) {
        return new Policy(
                "deny-all",
                "",
                new PolicySource(file, new byte[0]),
                Mode.ENFORCE,
                false,
                new Uncovered(Action.DENY, Action.DENY),
                UNATTRIBUTED,
                Map.of(),
                Audit.USUAL,
                KillSwitch.EVERYTHING,
                Map.of());
    }

    /** Returns the file it was read from. */
    public Path file() {
        return source.file();
    }

    /** Returns the SHA-256 of the file's bytes in lower-case hex; computed at the first call, so not at start-up. */
    public String digest() {
        return source.digest();
    }

    /** Returns the policy's name and version as evidence and messages write it: {@code refunds@2026.10.1}. */
    public String label() {
        return version.isEmpty() ? name : name + '@' + version;
    }

    /**
     * An agent that the policy knows.
     *
     * @param name its name
     * @param sponsor who answers for it, null if the policy does not say
     * @param delegatesTo the agents that it may enter
     * @param entry the methods ({@code com.shop.Orchestrator#handle}) and annotations ({@code @com.shop.Entry}) whose
     *     call enters it
     * @param enteredBy the libraries whose code may enter it from outside any agent; null for the code that the main class
     *     is part of
     * @param suspended whether it may do nothing for the time being
     * @param expires the last day on which it may do anything, in days since 1970 in UTC; {@link Days#NEVER} if it lives on
     */
    public record Agent(
            String name,
            @Nullable String sponsor,
            List<String> delegatesTo,
            List<String> entry,
            @Nullable LibraryPatterns enteredBy,
            boolean suspended,
            long expires) {

        /** An agent that is not suspended and lives on. */
        public Agent(
                String name,
                @Nullable String sponsor,
                List<String> delegatesTo,
                List<String> entry,
                @Nullable LibraryPatterns enteredBy) {
            this(name, sponsor, delegatesTo, entry, enteredBy, false, Days.NEVER);
        }
    }

    /**
     * What happens where no rule covers a way out ({@code defaults.uncovered}).
     *
     * @param nativeLibraries to the loading of a native library
     * @param listen to listening for connections
     */
    public record Uncovered(Action nativeLibraries, Action listen) {

        /** Both happen. */
        public static final Uncovered ALLOWED = new Uncovered(Action.ALLOW, Action.ALLOW);
    }

    /**
     * Where the evidence goes.
     *
     * @param dir the journal's directory as written in the policy, null if it does not say
     * @param onFull what happens to a call that cannot be recorded because the writer is behind
     * @param outcomes whether it is recorded too how tool calls end
     */
    public record Audit(@Nullable String dir, OnFull onFull, boolean outcomes) {

        /** What holds where a policy says nothing of it. */
        public static final Audit USUAL = new Audit(null, OnFull.DENY, false);
    }

    /**
     * What stopping somebody does beside denying all ({@code killSwitch}).
     *
     * @param closesConnections whether open connections are ended
     * @param endsTasks whether running tasks are ended
     * @param drillEveryDays how often a drill is due, in days; 0 if the policy does not ask for drills
     */
    public record KillSwitch(boolean closesConnections, boolean endsTasks, int drillEveryDays) {

        /** It does everything that it can do. */
        public static final KillSwitch EVERYTHING = new KillSwitch(true, true, 0);
    }

    /** What happens to a call that cannot be recorded. */
    public enum OnFull {
        /** It is denied. */
        DENY,
        /** It waits until there is room. */
        BLOCK,
        /** It happens; the journal later says how many were lost. */
        DROP
    }
}
