package dev.sallyport.agent.attribution;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Whose a frame of the stack is. It depends on the frame's class alone, and is found once for each class. */
final class FrameOwner {

    /** The agent's. */
    static final FrameOwner AGENT = new FrameOwner(false, false, null);

    /** The gate's, which woven code calls. */
    static final FrameOwner GATE = new FrameOwner(false, false, null);

    /**
     * Of a library that lies behind the agent's loader: reflection reaches it, so that it is the agent's only where nobody of the
     * application stands behind it.
     */
    static final FrameOwner AGENTS_LIBRARY = new FrameOwner(false, false, null);

    /** A class that the JDK wrote for the application: the frames around it tell whose call it is. */
    static final FrameOwner GENERATED = new FrameOwner(false, false, null);

    /** A client library's, which calls on behalf of others. */
    static final FrameOwner TRANSPORT = new FrameOwner(false, false, null);

    /** The application's, or one of its libraries'. */
    static final FrameOwner APPLICATION = new FrameOwner(false, false, null);

    private static final FrameOwner JDK = new FrameOwner(false, false, null);
    private static final FrameOwner DATAGRAM_CHANNEL = new FrameOwner(true, false, null);

    private static final Module AGENT_MODULE = FrameOwner.class.getModule();
    private static final ClassLoader OWN = FrameOwner.class.getClassLoader();
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    private final boolean datagram;
    private final boolean connecting;
    private final @Nullable String transport;

    private FrameOwner(boolean datagram, boolean connecting, @Nullable String transport) {
        this.datagram = datagram;
        this.connecting = connecting;
        this.transport = transport;
    }

    /** Returns whether a class is the agent's own, and not of a library of its. */
    static boolean isAgents(Class<?> type) {
        return type.getModule() == AGENT_MODULE;
    }

    /** Returns whose a class is; safe on any thread. */
    static FrameOwner of(Class<?> type) {
        return Known.OF.get(type);
    }

    /** Of the JDK's: whether it is its datagram channel. */
    boolean datagram() {
        return datagram;
    }

    /** Of the JDK's: whether one of its HTTP clients opens its connections there. */
    boolean connecting() {
        return connecting;
    }

    /** Of the JDK's: the client that it belongs to, null if it is none. */
    @Nullable
    String transport() {
        return transport;
    }

    private static final class Known extends ClassValue<FrameOwner> {

        static final Known OF = new Known();

        @Override
        protected FrameOwner computeValue(Class<?> type) {
            ClassLoader loader = type.getClassLoader();
            if (isAgents(type)) {
                return AGENT;
            }
            if (loader == OWN) {
                return AGENTS_LIBRARY;
            }
            if (loader == null || loader == PLATFORM || JdkModules.contains(type)) {
                return ofJdk(type.getName());
            }
            if (isMadeByJdk(type)) {
                return GENERATED;
            }
            return Transports.isLibrary(type) ? TRANSPORT : APPLICATION;
        }

        private static FrameOwner ofJdk(String name) {
            if (name.startsWith("dev.sallyport.")) {
                return GATE;
            }
            if (name.equals("sun.nio.ch.DatagramChannelImpl")) {
                return DATAGRAM_CHANNEL;
            }
            boolean connecting = Transports.isConnecting(name);
            String transport = Transports.ofJdk(name);
            return connecting || transport != null ? new FrameOwner(false, connecting, transport) : JDK;
        }

        /** That a class extends {@link Proxy} says little, for anybody may do that. */
        private static boolean isMadeByJdk(Class<?> type) {
            if (type.getSuperclass() == Proxy.class) {
                return Proxy.isProxyClass(type);
            }
            return isReflection(type)
                    || (type.isHidden()
                            && type.getModule().isNamed()
                            && type.getModule().getName().startsWith("jdk.MHProxy"));
        }
    }

    /** JDK 17 writes classes for reflection, in loaders of their own; only the JDK can extend their superclass. */
    static boolean isReflection(Class<?> type) {
        Class<?> above = type.getSuperclass();
        return above != null
                && above.getClassLoader() == null
                && above.getName().startsWith("jdk.internal.reflect.");
    }
}
