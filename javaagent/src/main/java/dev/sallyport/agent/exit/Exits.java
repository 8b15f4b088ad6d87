package dev.sallyport.agent.exit;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import java.util.ArrayList;
import java.util.List;

/** The ways out that are guarded: the tables that a reviewer reads. */
public final class Exits {

    /** The packages of {@code java.base} that lead to its native methods, to access checks, or to the gate. */
    private static final String[] OPENED = {
        "java.lang",
        "java.lang.invoke",
        "java.lang.reflect",
        "java.net",
        "sun.nio.ch",
        "jdk.internal.misc",
        "jdk.internal.access",
        "jdk.internal.loader",
        "jdk.internal.reflect",
        "jdk.internal.module"
    };

    private Exits() {}

    /** Returns a guard for each exit that nearly every program has, or whose class the start loads anyway. */
    public static List<Guard> all(Enforcement enforcement) {
        List<Guard> all = List.of(
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
        if (!opensInternals()) {
            return all;
        }
        List<Guard> more = new ArrayList<>(all);
        more.add(new OpenedInternals(enforcement));
        return more;
    }

    /** Whether the command line opens packages of the JDK; what that takes costs other starts nothing. */
    private static boolean opensInternals() {
        Module base = Object.class.getModule();
        Module application = ClassLoader.getSystemClassLoader().getUnnamedModule();
        for (String name : OPENED) {
            if (base.isOpen(name, application)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the exits whose guards are made when the first of their classes is loaded: the guard of each, and all classes
     * that it stands at. Such a class has no guard of the other table.
     */
    public static String[][] late() {
        return new String[][] {
            {"dev.sallyport.agent.exit.LegacySocket", "java/net/AbstractPlainSocketImpl", "java/net/SocketCleanable"},
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
            {"dev.sallyport.agent.exit.DesktopAction", "java/awt/Desktop"},
            {"dev.sallyport.agent.exit.Internals", "sun/misc/Unsafe", "sun/reflect/ReflectionFactory"},
            {
                "dev.sallyport.agent.exit.ConnectionClose",
                "sun/nio/ch/SocketDispatcher",
                "sun/nio/ch/DatagramDispatcher",
                "sun/nio/ch/UnixDispatcher"
            },
        };
    }

    /**
     * Returns the exits, as {@link #late} does, whose classes are loaded before every agent and that nobody can reach in the
     * first moments: they are woven beside the application's start, since weaving a loaded class again takes time.
     */
    public static String[][] rightAfterStart() {
        return new String[][] {
            {"dev.sallyport.agent.exit.LateAgent", "sun/instrument/InstrumentationImpl"},
            {
                "dev.sallyport.agent.exit.ProcessMemory",
                "java/io/FileOutputStream",
                "java/io/RandomAccessFile",
                "sun/nio/fs/UnixChannelFactory"
            }
        };
    }
}
