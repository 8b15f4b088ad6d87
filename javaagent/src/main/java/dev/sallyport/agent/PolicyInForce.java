package dev.sallyport.agent;

import dev.sallyport.agent.audit.DecisionId;
import dev.sallyport.agent.audit.Journal;
import dev.sallyport.agent.audit.JournalException;
import dev.sallyport.agent.audit.Telemetry;
import dev.sallyport.agent.control.FeedWatch;
import dev.sallyport.agent.control.KillSwitchBean;
import dev.sallyport.agent.control.OperatorState;
import dev.sallyport.agent.control.PolicyWatch;
import dev.sallyport.agent.control.RemotePolicy;
import dev.sallyport.agent.enforce.AgentLog;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.policy.Environment;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.PolicyState;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.load.FeedLook;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyBundle;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import dev.sallyport.policy.load.Problem;
import dev.sallyport.policy.load.StateFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import org.jspecify.annotations.Nullable;

/**
 * Loads the policy at start and opens the journal, on a thread of its own while the weave goes on, and loads it again
 * whenever its file changes. What operators say in the state file goes over it.
 */
final class PolicyInForce extends Thread implements PolicyWatch.Changes, Enforcement.Killer, FeedWatch.InForce {

    /** A second or more after the start, of which a program that ends before has nothing. */
    private static final int REHEARSED_AT = 100;

    private static final int LONGEST_REASON = 500;

    private static final long MILLIS_OF_DAY = 86_400_000L;

    private final Options options;
    private Path file;
    private File stateFile;
    private final Overrides overrides;
    private final AgentLog log;
    private final Telemetry.@Nullable Endpoint exporter;
    private @Nullable PolicyWatch watch;
    private Environment environment = Environment.UNKNOWN;
    private @Nullable RemotePolicy remote;
    private volatile @Nullable String remoteProblem;
    private String remoteTold = "";
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
    private @Nullable OperatorState state;
    private @Nullable String unreadable;
    private @Nullable Canary canary;
    private @Nullable String drilled;
    private boolean registered;
    private int looks;
    private long day = System.currentTimeMillis() / MILLIS_OF_DAY;
    private final List<Kill> kills = new ArrayList<>(0);
    private volatile boolean killing;
    private @Nullable FeedWatch feeds;
    private volatile Set<String> stopped = Set.of();

    /** That somebody in this JVM has stopped an agent. */
    private record Kill(String agent, String why, String source) {}

    /**
     * Prepares it; nothing happens before {@link #start()}.
     *
     * @param ids where the ids of the journal's own entries come from
     */
    PolicyInForce(Options options, @Nullable Telemetry telemetry, DecisionId.Source ids, AgentLog log) {
        super(null, null, "sallyport-start", 0, false);
        this.options = options;
        this.file = Path.of(options.policy());
        this.overrides = new Overrides(
                options.mode(),
                options.agent(),
                pathOrNull(options.before()),
                pathOrNull(options.after()),
                pathOrNull(options.key()),
                isUrl(options.policy()) ? Path.of("").toAbsolutePath() : null);
        this.directory = options.journal();
        this.ids = ids;
        this.log = log;
        this.exporter = telemetry == null ? null : telemetry.endpoint();
        this.stateFile = new File(options.state() == null ? file + ".state" : options.state());
        setDaemon(true);
    }

    private static @Nullable Path pathOrNull(@Nullable String path) {
        return path == null ? null : Path.of(path);
    }

    /** Returns the files that the policy is made of. */
    private List<Path> sources() {
        List<Path> sources = new ArrayList<>(3);
        sources.add(file);
        if (overrides.before() != null) {
            sources.add(overrides.before());
        }
        if (overrides.after() != null) {
            sources.add(overrides.after());
        }
        return sources;
    }

    @Override
    public void run() {
        try {
            if (isUrl(options.policy()) && !fetched()) {
                return;
            }
            environment = environment();
            watch = new PolicyWatch(sources(), stateFile.toPath(), this);
            LoadedPolicy first = PolicyLoader.loadAtStart(file, overrides);
            loaded = first;
            if (!first.conditions().isEmpty()) {
                new ConditionsCompiler(first, log).start();
            }
            if (stateFile.exists()) {
                state().read(first, true);
            }
            opened = openJournal(first.policy());
        } catch (PolicyException e) {
            problems = e;
        } catch (JournalException e) {
            unwritable = e;
        } catch (IOException e) {
            unreadable = "the state file " + stateFile + " cannot be read, and may stop an agent: " + e.getMessage();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            failure = e;
        }
    }

    private static boolean isUrl(String location) {
        return location.startsWith("https://") || location.startsWith("http://");
    }

    /** Fetches the policy, or takes the last good copy; returns whether there is one. */
    private boolean fetched() {
        try {
            Path kept = Path.of(directory == null ? "audit" : directory);
            RemotePolicy source =
                    new RemotePolicy(options.policy(), kept, options.poll(), got -> PolicyLoader.load(got, overrides));
            String problem = source.ask();
            remote = source;
            remoteProblem = problem;
            file = source.copy();
            if (options.state() == null) {
                stateFile = new File(file + ".state");
            }
            if (problem == null || source.ageSeconds() >= 0) {
                return true;
            }
            unreadable = "there is no policy, and no copy of one: " + problem;
        } catch (IOException e) {
            unreadable = "the policy cannot be fetched: " + e.getMessage();
        }
        return false;
    }

    private Environment environment() {
        RemotePolicy source = remote;
        return new Environment(
                MachineName.read(),
                exporter == null ? null : exporter.host(),
                exporter == null ? -1 : exporter.port(),
                source == null ? null : source.host(),
                source == null ? -1 : source.port());
    }

    /** Tells what is wrong with the policy's server, and denies everything once the copy is too old, if that is wanted. */
    private void lookAtRemote(RemotePolicy source, LoadedPolicy base) {
        String problem = remoteProblem;
        Enforcement enforced = enforcement;
        Journal record = journal;
        if (enforced == null || record == null) {
            return;
        }
        long age = problem == null ? 0 : source.ageSeconds();
        boolean stale = options.maxAge() > 0 && age > options.maxAge();
        String told = problem == null ? "" : (stale ? "older than maxAge: " : "") + problem;
        if (told.equals(remoteTold)) {
            return;
        }
        String before = remoteTold;
        remoteTold = told;
        if (!told.isEmpty()) {
            log.error("the policy may be out of date: " + told);
            record.changed(enforced.snapshot().policy(), null, false, told);
        } else if (!before.isEmpty()) {
            record.changed(enforced.snapshot().policy(), null, true, "the policy's server answers again");
        }
        if (options.denyStale() && (stale || state != null)) {
            OperatorState said = state();
            said.stale(stale ? "the policy is older than " + options.maxAge() + " s, and nobody answers for it" : null);
            enforce(base);
            tellState(said);
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
        String what = unreadable;
        if (what != null) {
            throw new StartException(what);
        }
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
            LoadedPolicy closed = LoadedPolicy.denyAll(file);
            loaded = closed;
            return closed;
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
    void watch(Enforcement enforced, Journal record, AgentsListener entered, Canary proofs) {
        enforcement = enforced;
        journal = record;
        agents = entered;
        canary = proofs;
        if (state != null) {
            tellState(state);
            drilled = state.now().drill();
        }
        PolicyWatch looking = watch;
        if (looking == null) {
            looking = new PolicyWatch(sources(), stateFile.toPath(), this);
            watch = looking;
        }
        RemotePolicy source = remote;
        LoadedPolicy base = loaded;
        if (source != null && base != null) {
            lookAtRemote(source, base);
            source.start(problem -> remoteProblem = problem);
        }
        looking.start();
        watchFeeds(enforced);
    }

    /** A policy that names no files is spared the thread that watches them. */
    private void watchFeeds(Enforcement enforced) {
        if (feeds == null && enforced.snapshot().engine().restsOnFiles()) {
            FeedWatch started = new FeedWatch(this, log);
            feeds = started;
            started.start();
        }
    }

    @Override
    public @Nullable PolicyEngine engine() {
        Enforcement enforced = enforcement;
        return enforced == null ? null : enforced.snapshot().engine();
    }

    private void take(FeedLook.Found found, LoadedPolicy base) {
        if (!found.nothing()) {
            LoadedPolicy next =
                    new LoadedPolicy(base.policy(), found.in(base.engine()), base.warnings(), base.conditions());
            loaded = next;
            enforce(next);
        }
        Journal record = journal;
        for (FeedLook.News news : found.news()) {
            if (record != null) {
                record.fileChanged(base.policy(), news.file(), news.alarm(), news.text());
            }
            String line = news.file() + ": " + news.text();
            if (news.alarm()) {
                log.error(line);
            } else {
                log.info(line);
            }
        }
    }

    private OperatorState state() {
        OperatorState known = state;
        if (known == null) {
            known = new OperatorState(stateFile, overrides.key() != null, log);
            state = known;
        }
        return known;
    }

    @Override
    public boolean policy(boolean last) {
        Enforcement enforced = enforcement;
        Journal record = journal;
        if (enforced == null || record == null) {
            return false;
        }
        try {
            LoadedPolicy next =
                    PolicyLoader.load(file, overrides, enforced.snapshot().engine());
            for (int i = 0; i < next.conditions().size(); i++) {
                // no call shall wait for what this thread has the time to do
                next.conditions().get(i).compile();
            }
            loaded = next;
            looks = 0;
            OperatorState said = state;
            if (said != null) {
                readState(said, next, true);
            }
            Enforcement.Snapshot snapshot = snapshot(next);
            // recorded first, so that no decision by it stands before it, and no exit of the JVM comes in between
            record.inForce(snapshot.policy());
            enforced.enforce(snapshot);
            watchFeeds(enforced);
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

    @Override
    public void state(boolean settled) {
        LoadedPolicy base = loaded;
        if (base == null) {
            return;
        }
        OperatorState said = state();
        if (readState(said, base, settled)) {
            enforce(base);
        }
        if (settled) {
            tellState(said);
            drillIfAsked(said, base);
        }
    }

    private void drillIfAsked(OperatorState said, LoadedPolicy base) {
        String mark = said.now().drill();
        Canary proofs = canary;
        Enforcement enforced = enforcement;
        Journal record = journal;
        if (mark == null || mark.equals(drilled) || proofs == null || enforced == null || record == null) {
            return;
        }
        drilled = mark;
        Drill.run(
                mark,
                stateFile.lastModified(),
                said.now(),
                now -> enforced.enforce(asSnapshot(base.with(now, overrides, day))),
                proofs,
                enforced,
                record,
                log);
    }

    private boolean readState(OperatorState said, LoadedPolicy base, boolean settled) {
        try {
            return said.read(base, settled);
        } catch (IOException | RuntimeException e) {
            if (settled) {
                log.error("the state file " + stateFile + " cannot be read, so who was stopped stays so: "
                        + e.getMessage());
            }
        }
        return false;
    }

    @Override
    public void look() {
        long today = System.currentTimeMillis() / MILLIS_OF_DAY;
        LoadedPolicy base = loaded;
        if (base != null && ++looks == REHEARSED_AT) {
            rehearse(base);
            keep(base);
            if (options.jmx() && !registered) {
                registered = true;
                new ByJmx().register();
            }
        }
        FeedLook.Found found = feeds == null ? null : feeds.found();
        if (found != null && base != null) {
            take(found, base);
            base = loaded;
        }
        if (today != day && base != null) {
            enforce(base);
        }
        RemotePolicy source = remote;
        if (source != null && base != null) {
            lookAtRemote(source, base);
        }
        if (killing && base != null) {
            killNow(base);
        }
    }

    /** Has the next start read the policy without YAML. */
    private void keep(LoadedPolicy policy) {
        try {
            if (overrides.key() == null
                    && PolicyBundle.keep(file, !policy.conditions().isEmpty())) {
                log.info("kept a bundle of " + file + " beside it, for the next start");
            }
        } catch (IOException | RuntimeException e) {
            log.info("no bundle of " + file + " could be kept: " + e.getMessage());
        }
    }

    /** Loads what stopping somebody needs, so that the first time does not take the longest. It changes nothing. */
    private void rehearse(LoadedPolicy base) {
        StateFile.Read read = StateFile.parse("", "kill all\nmode none enforce\n", base, false);
        base.with(read.state(), overrides, day);
        Enforcement enforced = enforcement;
        if (enforced != null) {
            enforced.rehearse();
        }
    }

    private void enforce(LoadedPolicy base) {
        Enforcement enforced = enforcement;
        if (enforced != null) {
            enforced.enforce(snapshot(base));
        }
    }

    @Override
    public void kill(String agent, Rule rule, String decision) {
        kill(new Kill(agent, "rule " + rule.id() + " refused it (ref " + decision + ")", rule.source()));
    }

    private void kill(Kill kill) {
        synchronized (kills) {
            kills.add(kill);
            killing = true;
        }
        LockSupport.unpark(watch);
    }

    /** What JMX asks for; what it needs is loaded with it. */
    private final class ByJmx implements KillSwitchBean.Switch {

        void register() {
            try {
                new KillSwitchBean(this).register();
            } catch (JMException | RuntimeException | LinkageError e) {
                log.error("the MBean " + KillSwitchBean.NAME + " could not be registered: " + e);
            }
        }

        @Override
        public void kill(String agent, String why) {
            StringBuilder line = new StringBuilder(why.length());
            for (int i = 0; i < Math.min(why.length(), LONGEST_REASON); i++) {
                line.append(Character.isISOControl(why.charAt(i)) ? ' ' : why.charAt(i));
            }
            PolicyInForce.this.kill(new Kill(agent, line.toString().trim(), "JMX"));
        }

        @Override
        public Collection<String> stopped() {
            return stopped;
        }
    }

    private void killNow(LoadedPolicy base) {
        List<Kill> now;
        synchronized (kills) {
            now = List.copyOf(kills);
            kills.clear();
            killing = false;
        }
        OperatorState said = state();
        List<Kill> fresh = new ArrayList<>();
        for (Kill kill : now) {
            if (said.kill(kill.agent(), kill.why(), kill.source())) {
                fresh.add(kill);
            }
        }
        if (fresh.isEmpty()) {
            return;
        }
        enforce(base);
        tellState(said);
        for (Kill kill : fresh) {
            try {
                StateFile.change(stateFile.toPath(), "kill " + kill.agent() + ' ' + kill.why());
            } catch (IOException | RuntimeException e) {
                log.error("agent " + kill.agent() + " is stopped in this JVM alone, until it ends: " + stateFile
                        + " cannot be written: " + e.getMessage());
            }
        }
    }

    private void tellState(OperatorState said) {
        Enforcement enforced = enforcement;
        Journal record = journal;
        if (enforced != null && record != null) {
            said.tell(record, enforced.snapshot().policy());
            stopped = said.now().kills().keySet();
        }
    }

    /** Returns what is to be enforced: the policy, and what operators say of it. */
    Enforcement.Snapshot snapshot(LoadedPolicy next) {
        day = System.currentTimeMillis() / MILLIS_OF_DAY;
        OperatorState said = state;
        LoadedPolicy now = next;
        if (said != null) {
            now = next.with(said.now(), overrides, day);
        } else if (next.policy().barsAnybody(day)) {
            now = next.with(PolicyState.NONE, overrides, day);
        }
        return asSnapshot(now);
    }

    private Enforcement.Snapshot asSnapshot(LoadedPolicy now) {
        return new Enforcement.Snapshot(now.policy(), now.engine().with(environment));
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
