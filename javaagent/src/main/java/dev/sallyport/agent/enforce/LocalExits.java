package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.InternalsDeniedException;
import dev.sallyport.NativeDeniedException;
import dev.sallyport.ProcessDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.BuiltIn;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import java.io.File;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the guards of exits ask that lead to no other machine by themselves: listening, Unix sockets, processes, native code,
 * attaching to JVMs, the JDK's internals. Safe on any thread; takes no lock.
 */
public final class LocalExits {

    private static final String JVM_SOCKET = ".java_pid";

    private final Enforcement enforcement;

    LocalExits(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    /**
     * Decides the waiting for connections.
     *
     * @param local the address at which, null or the wildcard for all of the machine's
     * @param port the port, 0 if the system shall pick one
     */
    public void listen(@Nullable InetAddress local, int port) throws EgressDeniedException {
        Address address = local == null || local.isAnyLocalAddress() ? Address.ofIpv4(0) : InetAddresses.address(local);
        listen(address, port, null);
    }

    /** Decides the waiting for connections to a Unix socket, which only rules for everywhere match. */
    public void listen(String path) throws EgressDeniedException {
        listen(null, -1, path);
    }

    private void listen(@Nullable Address address, int port, @Nullable String path) throws EgressDeniedException {
        Enforcement.Snapshot current = enforcement.snapshot();
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        String agent = Enforcement.agent(context, attribution, current);
        Call call = new Call(
                Stage.LISTEN,
                Via.LISTEN,
                agent,
                attribution.library(),
                null,
                address,
                port,
                null,
                path,
                Enforcement.around(context));
        // The JVM's own management port is opened by nobody's code and for no agent: what the policy says counts there
        // too.
        Decision decision = Enforcement.decide(current, context, call);
        Denial denial = enforcement.record(current, context, call, decision, attribution, null, null);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /**
     * Decides the attaching to a JVM, or the loading of an agent into this one.
     *
     * @param target the process id, or the command that loads an agent
     * @param words the whole command, for the record; null where there is none
     */
    public void attach(String target, String @Nullable [] words) throws EgressDeniedException {
        Denial denial =
                local(Stage.ATTACH, Via.ATTACH, target, StackReader.read().attribution(), words);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /**
     * Decides the loading of a Java agent into this JVM. It is the JVM's own thread that loads it, so that nobody's code
     * stands behind it: what the policy says counts.
     *
     * @param agentClass the name of its class
     */
    public void lateAgent(String agentClass) throws EgressDeniedException {
        Enforcement.Snapshot current = enforcement.snapshot();
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        Call call = Enforcement.call(current, context, Stage.ATTACH, Via.ATTACH, agentClass, attribution);
        Denial denial = enforcement.record(
                current, context, call, Enforcement.decide(current, context, call), attribution, null, null);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }

    /**
     * Refuses the reaching for what the gate, or an access check of the JDK, rests on.
     *
     * @param what a class or a member of one
     */
    public void internals(String what) {
        Enforcement.Snapshot current = enforcement.snapshot();
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        Call call = Enforcement.call(current, context, Stage.NATIVE, Via.NATIVE, what, attribution);
        Decision decision = current.engine().builtIn(BuiltIn.INTERNALS);
        Denial denial = enforcement.record(current, context, call, decision, attribution, null, null);
        if (denial != null) {
            throw new InternalsDeniedException(denial);
        }
    }

    /** Decides a connect to a Unix socket whose connection is not decided again when the policy changes. */
    public void unix(String path) throws EgressDeniedException {
        unix(path, null);
    }

    /**
     * Decides a connect to a Unix socket.
     *
     * @param descriptor the system's descriptor of the socket
     */
    public void unix(String path, @Nullable FileDescriptor descriptor) throws EgressDeniedException {
        Enforcement.Snapshot current = enforcement.snapshot();
        AgentContext context = CurrentAgent.get();
        Attribution attribution = StackReader.read().attribution();
        Denial denial = local(Stage.UNIX, Via.UNIX, path, attribution, null);
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
        attachBySocket(real(path));
        enforcement.opens(
                descriptor,
                current,
                Enforcement.call(current, context, Stage.UNIX, Via.UNIX, path, attribution),
                context,
                attribution,
                null);
    }

    /** Behind such a socket a JVM listens for what an attached tool tells it: to load an agent, for one. */
    private void attachBySocket(String path) throws EgressDeniedException {
        int name = path.lastIndexOf(File.separatorChar) + 1;
        if (path.startsWith(JVM_SOCKET, name)) {
            attach(path.substring(name + JVM_SOCKET.length()), null);
        }
    }

    /**
     * Decides the start of a process.
     *
     * @param path the program, absolute where it could be found
     * @param command the whole command, for the record
     */
    public void process(String path, String[] command) throws ProcessDeniedException {
        Denial denial =
                local(Stage.PROCESS, Via.PROCESS, path, StackReader.read().attribution(), command);
        if (denial != null) {
            throw new ProcessDeniedException(denial);
        }
    }

    /**
     * Decides the loading of a native library.
     *
     * @param caller the class that loads it
     * @param library a file or a library name
     */
    public void load(Class<?> caller, String library) {
        Attribution attribution = StackReader.of(caller);
        nativeCode(library, attribution, attribution.origin() == Attribution.Origin.NONE);
    }

    /**
     * Decides what leads to native code without telling whose code asked: a library opened for its symbols, a function
     * linked by its address.
     *
     * @param target a file, a library's name, or what is linked
     * @param calledBy the JDK's classes that may stand between that method and the code that asked, as prefixes of names
     */
    public void nativeCode(String target, String... calledBy) {
        boolean ofJdk = StackReader.isCalledByJdk(calledBy);
        nativeCode(target, ofJdk ? Attribution.NOBODY : StackReader.read().attribution(), ofJdk);
    }

    private void nativeCode(String library, Attribution attribution, boolean ofJdk) {
        Enforcement.Snapshot current = enforcement.snapshot();
        if (ofJdk) {
            Call call = Enforcement.call(current, null, Stage.NATIVE, Via.NATIVE, library, attribution);
            enforcement.record(
                    current, null, call, current.engine().builtIn(BuiltIn.JDK_LIBRARIES), attribution, null, null);
            return;
        }
        Denial denial = local(Stage.NATIVE, Via.NATIVE, library, attribution, null);
        if (denial != null) {
            throw new NativeDeniedException(denial);
        }
    }

    /** A rule that denies a file denies it under each name that leads there by links. */
    private @Nullable Denial local(
            Stage stage, Via via, String target, Attribution attribution, @Nullable Object arguments) {
        Enforcement.Snapshot current = enforcement.snapshot();
        AgentContext context = CurrentAgent.get();
        Call call = Enforcement.call(current, context, stage, via, target, attribution);
        Decision decision = Enforcement.decision(current, context, call, attribution);
        String real = decision.denied() ? target : real(target);
        if (!real.equals(target)) {
            Call ofReal = Enforcement.call(current, context, stage, via, real, attribution);
            Decision decided = current.engine().decide(ofReal);
            if (decided.denied() && current.engine().byRule(decided)) {
                call = ofReal;
                decision = decided;
            }
        }
        decision = Enforcement.limited(current, call, decision);
        return enforcement.record(current, context, call, decision, attribution, null, arguments);
    }

    /** Returns where all links of a path lead; what is no path, or leads nowhere, as it is. */
    private static String real(String target) {
        if (!target.startsWith(File.separator)) {
            return target;
        }
        try {
            return Path.of(target).toRealPath().toString();
        } catch (IOException | InvalidPathException e) {
            return target;
        }
    }
}
