package dev.sallyport.agent;

import dev.sallyport.agent.audit.DecisionId;
import dev.sallyport.agent.audit.Journal;
import dev.sallyport.agent.audit.JournalException;
import dev.sallyport.agent.audit.Telemetry;
import dev.sallyport.agent.control.PolicyWatch;
import dev.sallyport.agent.enforce.AgentLog;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.policy.Environment;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import dev.sallyport.policy.load.Problem;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Loads the policy at start and opens the journal, on a thread of its own while the weave goes on, and loads it again
 * whenever its file changes.
 */
final class PolicyInForce extends Thread implements PolicyWatch.Reload {

    private final Path file;
    private final Overrides overrides;
    private final AgentLog log;
    private final PolicyWatch watch;
    private final Environment environment;
    private final @Nullable String directory;
    private final DecisionId.Source ids;
    private @Nullable LoadedPolicy loaded;
    private @Nullable Journal opened;
    private @Nullable JournalException unwritable;
    private @Nullable PolicyException problems;
    private @Nullable Throwable failure;
    private @Nullable Enforcement enforcement;
    private @Nullable Journal journal;
    private @Nullable AgentsListener agents;

    /**
     * Prepares it; nothing happens before {@link #start()}.
     *
     * @param ids where the ids of the journal's own entries come from
     */
    PolicyInForce(Options options, @Nullable Telemetry telemetry, DecisionId.Source ids, AgentLog log) {
        super(null, null, "sallyport-start", 0, false);
        this.file = Path.of(options.policy());
        this.overrides = new Overrides(options.mode(), options.agent());
        this.directory = options.journal();
        this.ids = ids;
        this.log = log;
        Telemetry.Endpoint exporter = telemetry == null ? null : telemetry.endpoint();
        this.environment = new Environment(
                MachineName.read(), exporter == null ? null : exporter.host(), exporter == null ? -1 : exporter.port());
        this.watch = new PolicyWatch(file, this);
        setDaemon(true);
    }

    @Override
    public void run() {
        try {
            LoadedPolicy first = PolicyLoader.load(file, overrides);
            loaded = first;
            opened = openJournal(first.policy());
        } catch (PolicyException e) {
            problems = e;
        } catch (JournalException e) {
            unwritable = e;
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            failure = e;
        }
    }

    /** Waits for the first load; throws what keeps the JVM from starting. */
    LoadedPolicy await() throws StartException {
        try {
            join();
        } catch (InterruptedException e) {
            currentThread().interrupt();
            throw new StartException("interrupted while the policy was read");
        }
        LoadedPolicy result = loaded;
        if (result != null && failure == null) {
            return result;
        }
        PolicyException rejected = problems;
        if (rejected == null) {
            throw new StartException(
                    result == null
                            ? "the policy " + file + " could not be read: " + failure
                            : "the journal could not be opened: " + failure);
        }
        if (rejected.denyAll()) {
            log.error(
                    "the policy is not valid, and defaults.onNoPolicy is deny: everything is denied until it is mended\n"
                            + list(rejected));
            return LoadedPolicy.denyAll(file);
        }
        throw new StartException("the policy is not valid, so the JVM does not start\n" + list(rejected));
    }

    /**
     * Returns the journal, which is open but not started; called after {@link #await()}.
     *
     * @param policy what that returned
     */
    Journal journal(Policy policy) throws StartException {
        try {
            if (unwritable != null) {
                throw unwritable;
            }
            Journal already = opened;
            return already != null ? already : openJournal(policy);
        } catch (JournalException e) {
            throw new StartException(String.valueOf(e.getMessage()));
        }
    }

    private Journal openJournal(Policy policy) throws JournalException {
        String chosen = directory != null ? directory : policy.audit().dir();
        return Journal.open(
                Path.of(chosen == null ? "audit" : chosen), policy.audit().onFull(), ids);
    }

    /** Hears of the agents of a policy that comes into force. */
    interface AgentsListener {

        /** Called on the thread that watches the file. */
        void changed(Collection<Policy.Agent> agents);
    }

    /**
     * Begins to watch the file; what it changes to goes to {@code enforced} and {@code entered} and is told to {@code
     * record}.
     */
    void watch(Enforcement enforced, Journal record, AgentsListener entered) {
        enforcement = enforced;
        journal = record;
        agents = entered;
        watch.start();
    }

    @Override
    public boolean load(boolean last) {
        Enforcement enforced = enforcement;
        Journal record = journal;
        if (enforced == null || record == null) {
            return false;
        }
        try {
            LoadedPolicy next = PolicyLoader.load(file, overrides);
            enforced.enforce(snapshot(next));
            record.inForce(next.policy());
            AgentsListener entered = agents;
            if (entered != null) {
                entered.changed(next.policy().agents().values());
            }
            log.info("policy " + next.policy().label() + " is in force");
            warnOf(next);
            return true;
        } catch (PolicyException e) {
            if (last) {
                tell(record, enforced, list(e));
            }
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            if (last) {
                tell(record, enforced, e.toString());
            }
        }
        return false;
    }

    /** Returns what is to be enforced. */
    Enforcement.Snapshot snapshot(LoadedPolicy next) {
        return new Enforcement.Snapshot(next.policy(), next.engine().with(environment));
    }

    /** Says what is questionable in a policy that is valid. */
    void warnOf(LoadedPolicy policy) {
        for (Problem warning : policy.warnings()) {
            log.info(warning.toString());
        }
    }

    private void tell(Journal record, Enforcement enforced, String what) {
        record.rejected(enforced.snapshot().policy(), what);
        log.error("the changed policy is not valid; "
                + enforced.snapshot().policy().label() + " stays in force\n" + what);
    }

    private static String list(PolicyException rejected) {
        return "  " + rejected.toString().replace("\n", "\n  ");
    }
}
