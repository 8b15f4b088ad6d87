package dev.sallyport.agent;

import dev.sallyport.agent.attribution.Carriers;
import dev.sallyport.agent.audit.DecisionId;
import dev.sallyport.agent.audit.Journal;
import dev.sallyport.agent.audit.Telemetry;
import dev.sallyport.agent.audit.TraceSource;
import dev.sallyport.agent.context.Carrying;
import dev.sallyport.agent.context.LibraryCarrying;
import dev.sallyport.agent.enforce.AgentLog;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.GateEnforcer;
import dev.sallyport.agent.exit.Exits;
import dev.sallyport.agent.http.Clients;
import dev.sallyport.agent.tool.LibraryWeave;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.LibraryGuards;
import dev.sallyport.agent.weave.Weaver;
import dev.sallyport.gate.Handover;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.load.LoadedPolicy;
import java.lang.instrument.Instrumentation;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The start, as a story: read the options, load the policy, open the gate, weave the exits, prove them, go. What goes
 * wrong on the way is told in one message, and the JVM does not start.
 */
public final class Premain {

    /** The exit code of a JVM that was not allowed to start: EX_CONFIG of sysexits.h. */
    static final int EX_CONFIG = 78;

    private Premain() {}

    /**
     * Starts the agent; called once, on the thread that starts the JVM.
     *
     * @param arguments what follows {@code -javaagent:sallyport.jar=}, or null
     */
    public static void start(@Nullable String arguments, Instrumentation instrumentation) {
        try {
            stand(Options.read(arguments), instrumentation);
        } catch (StartException e) {
            halt(e);
        }
    }

    private static void halt(StartException why) {
        System.err.println("sallyport: " + why.getMessage());
        Runtime.getRuntime().halt(EX_CONFIG);
    }

    private static void stand(Options options, Instrumentation instrumentation) throws StartException {
        AgentLog log = new AgentLog(options.log());
        Telemetry telemetry = Telemetry.configured();
        DecisionId.Source ids = new DecisionId.Source();
        PolicyInForce policyInForce = new PolicyInForce(options, telemetry, ids, log);
        policyInForce.start();

        GateEnforcer enforcer = new GateEnforcer();
        Handover.give(enforcer);

        TraceSource traces = new TraceSource();
        instrumentation.addTransformer(traces);
        Enforcement enforcement = new Enforcement(ids, traces, log);
        if (options.jdkResolver()) {
            enforcement.names().believeJdkAlone();
        }
        List<Guard> guards = Exits.all(enforcement);
        BrokenWeave broken = new BrokenWeave(log);
        Carrying carrying = new Carrying(instrumentation, broken);
        LibraryWeave libraries = new LibraryWeave();
        int feature = Runtime.version().feature();
        WhenNeeded whenNeeded = new WhenNeeded(enforcer, enforcement);
        LibraryGuards late =
                new LibraryGuards(feature, whenNeeded, Exits.late(), Exits.rightAfterStart(), Clients.inJdk());
        LibraryGuards libraryGuards = new LibraryGuards(feature, whenNeeded, Clients.inLibraries());
        Weaver weaver = new Weaver(feature, guards, late, carrying, libraryGuards, libraries, broken);
        enforcement.clients(late, libraryGuards, broken);
        enforcer.carriers(new Carriers(new WovenLibraries(libraryGuards)));
        enforcer.stand(weaver.guards());
        weaver.weave(instrumentation, Exits.rightAfterStart());
        List<String> open = SelfTest.run(weaver, enforcer, Guard.Proof.AT_START);

        LoadedPolicy loaded = policyInForce.await();
        Policy policy = loaded.policy();
        broken.decided(policy.mode(), open);
        refuse(open, policy.mode(), log);

        Journal journal = policyInForce.journal(policy);
        journal.start();
        journal.inForce(policy);
        if (telemetry != null) {
            telemetry.start(journal);
        }
        try {
            enforcement.open(policyInForce.snapshot(loaded), journal, policyInForce, instrumentation);
        } catch (IllegalStateException e) {
            throw new StartException(String.valueOf(e.getMessage()));
        }
        libraries.start(policy.agents().values(), instrumentation);
        enforcer.arm(enforcement, carrying);
        if (LauncherAgent.isNamed()) {
            weaver.weaveRightAfterStart(instrumentation, Exits.rightAfterStart());
        }
        Canary canary = new Canary(weaver, instrumentation, enforcer, enforcement, journal, log, options.canary());
        canary.start();
        policyInForce.watch(enforcement, journal, new EntryWeave(libraries, instrumentation), canary);
        policyInForce.warnOf(loaded);
    }

    private static void refuse(List<String> open, Mode mode, AgentLog log) throws StartException {
        if (open.isEmpty()) {
            return;
        }
        String message = "the self-test failed:\n  " + String.join("\n  ", open);
        if (mode == Mode.ENFORCE) {
            throw new StartException(
                    message + "\nso the JVM does not start; mode=monitor would start it with a warning");
        }
        log.error(message + "\nthe JVM goes on, since it only monitors");
    }

    /** Makes the guards of what the application uses, once it does. */
    private record WhenNeeded(GateEnforcer enforcer, Enforcement enforcement) implements LibraryGuards.Standing {

        @Override
        public Guard create(String className) throws ReflectiveOperationException {
            return Class.forName(className)
                    .asSubclass(Guard.class)
                    .getConstructor(Enforcement.class)
                    .newInstance(enforcement);
        }

        @Override
        public int number(Guard guard, int points) {
            return enforcer.add(guard, points);
        }
    }

    /** What guards and carrying are woven into. */
    private record WovenLibraries(LibraryGuards guards) implements Carriers.Woven {

        @Override
        public boolean isTarget(String internalName) {
            return LibraryCarrying.targets(internalName) || guards.standsAt(internalName);
        }
    }

    /** Weaves the entries of the agents of a policy that comes into force later. */
    private record EntryWeave(LibraryWeave libraries, Instrumentation instrumentation)
            implements PolicyInForce.AgentsListener {

        @Override
        public void changed(Collection<Policy.Agent> agents) {
            libraries.change(agents, instrumentation);
        }
    }

    /**
     * A class that cannot be woven: the JVM says so and stops, or goes on if it only monitors. What fails before the mode is
     * known is kept until then, since the self-test calls the exits alone, and not the clients and what carries contexts.
     */
    private static final class BrokenWeave implements Weaver.FailureListener {

        private final AgentLog log;
        private final Map<String, String> early = new HashMap<>();
        private @Nullable Mode mode;

        BrokenWeave(AgentLog log) {
            this.log = log;
        }

        /** Takes the mode, and adds a sentence to {@code open} for each class that failed before and is not in there. */
        synchronized void decided(Mode inForce, List<String> open) {
            mode = inForce;
            for (Map.Entry<String, String> failure : early.entrySet()) {
                boolean told = false;
                for (int i = 0; i < open.size(); i++) {
                    told |= open.get(i).contains(failure.getKey());
                }
                if (!told) {
                    open.add(failure.getValue());
                }
            }
        }

        private synchronized @Nullable Mode modeOrKeep(String className, String what) {
            if (mode == null) {
                early.put(className, what);
            }
            return mode;
        }

        @Override
        public void failed(String className, @Nullable Throwable cause) {
            String name = className.replace('/', '.');
            String what = name + " could not be woven, so it would pass the gate: " + cause;
            Mode inForce = modeOrKeep(name, what);
            if (inForce == null) {
                return;
            }
            if (inForce == Mode.ENFORCE) {
                System.err.println("sallyport: " + what + "; the JVM stops");
                Runtime.getRuntime().halt(EX_CONFIG);
            }
            log.error(what + "; the JVM goes on, since it only monitors");
        }
    }
}
