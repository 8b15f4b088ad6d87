package dev.sallyport.agent.exit;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import java.util.List;

/** The ways out that are guarded: the tables that a reviewer reads. */
public final class Exits {

    private Exits() {}

    /** Returns a guard for each exit that nearly every program has, or whose class the start loads anyway. */
    public static List<Guard> all(Enforcement enforcement) {
        return List.of(
                new Connect(enforcement),
                new ProxiedConnect(enforcement),
                new DatagramSend(enforcement),
                new NameRequest(enforcement),
                new NameLookup(enforcement),
                new ReverseLookup(enforcement),
                new ResolverProvider(enforcement),
                new Reachability(enforcement),
                new UnixConnect(enforcement),
                new ProcessStart(enforcement),
                new NativeLoad(enforcement));
    }

    /**
     * Returns the exits whose guards are made when the first of their classes is loaded: the guard of each, and all classes
     * that it stands at. Such a class has no guard of the other table.
     */
    public static String[][] late() {
        return new String[][] {
            {"dev.sallyport.agent.exit.LegacySocket", "java/net/AbstractPlainSocketImpl"},
            {"dev.sallyport.agent.exit.LegacyDatagram", "java/net/AbstractPlainDatagramSocketImpl"},
            {
                "dev.sallyport.agent.exit.Listen",
                "sun/nio/ch/NioSocketImpl",
                "sun/nio/ch/ServerSocketChannelImpl",
                "sun/nio/ch/AsynchronousServerSocketChannelImpl",
                "sun/nio/ch/sctp/SctpServerChannelImpl",
                "sun/nio/ch/sctp/SctpMultiChannelImpl"
            },
            {"dev.sallyport.agent.exit.InheritedChannel", "sun/nio/ch/InheritedChannel"},
            {"dev.sallyport.agent.exit.OwnDatagramSocket", "java/net/NetMulticastSocket"},
            {
                "dev.sallyport.agent.exit.SctpSend",
                "sun/nio/ch/sctp/SctpNet",
                "sun/nio/ch/sctp/SctpChannelImpl",
                "sun/nio/ch/sctp/SctpMultiChannelImpl"
            },
            {"dev.sallyport.agent.exit.RawLibraryLoad", "jdk/internal/loader/RawNativeLibraries"},
            {
                "dev.sallyport.agent.exit.ConfiguredLibrary",
                "sun/security/pkcs11/wrapper/PKCS11",
                "sun/security/smartcardio/PlatformPCSC",
                "sun/security/jgss/wrapper/SunNativeProvider$1",
                "sun/security/jgss/wrapper/SunNativeProvider"
            },
            {
                "dev.sallyport.agent.exit.ForeignFunctions",
                "jdk/internal/foreign/abi/AbstractLinker",
                "jdk/internal/foreign/abi/ProgrammableInvoker"
            },
            {"dev.sallyport.agent.exit.Attach", "sun/tools/attach/VirtualMachineImpl"},
            {"dev.sallyport.agent.exit.JmxAgentLoad", "com/sun/management/internal/DiagnosticCommandImpl$Wrapper"},
        };
    }
}
