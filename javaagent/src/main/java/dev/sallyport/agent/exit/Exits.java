package dev.sallyport.agent.exit;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import java.util.List;

/** The ways out that are guarded: the table that a reviewer reads. */
public final class Exits {

    private Exits() {}

    /** Returns a guard for each exit. */
    public static List<Guard> all(Enforcement enforcement) {
        return List.of(
                new Connect(enforcement),
                new LegacyConnect(enforcement),
                new ProxiedConnect(enforcement),
                new LegacyDatagram(enforcement),
                new DatagramSend(enforcement),
                new NameRequest(enforcement),
                new NameLookup(enforcement),
                new UnixConnect(enforcement),
                new ProcessStart(enforcement),
                new NativeLoad(enforcement),
                new ResolverProvider(enforcement),
                new ReverseLookup(enforcement),
                new Reachability(enforcement),
                new Listen(enforcement),
                new InheritedChannel(enforcement),
                new Multicast(enforcement),
                new SctpSend(enforcement),
                new RawLibraryLoad(enforcement),
                new ForeignFunctions(enforcement),
                new Attach(enforcement),
                new JmxAgentLoad(enforcement));
    }
}
