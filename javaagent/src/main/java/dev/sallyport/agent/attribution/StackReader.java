package dev.sallyport.agent.attribution;

import dev.sallyport.policy.Library;
import java.lang.StackWalker.StackFrame;
import java.util.Set;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads off the calling thread's stack whose code made a call. Frames are looked at from the gate outwards and no further
 * than the first one that decides it.
 */
public final class StackReader {

    /** Frames fetched at once: those of the gate and of the JDK's socket code, and the one behind them. */
    private static final int USUAL_DEPTH = 14;

    /** The same where a guard reads the stack itself, at a method that the application calls almost directly. */
    private static final int SHORT_DEPTH = 12;

    /** The same for {@link BareWalk}: as many as the JDK's sockets take, and as many as its HTTP client does. */
    static final int BARE_DEPTH = 11;

    private static final int SHORT_BARE_DEPTH = 9;

    /** What need not be read: the methods of this class, down to that of {@link Reading}. */
    private static final int OWN_FRAMES = 3;

    /** Frames fetched in a second try, which clients with interceptors need. */
    private static final int MOST_BARE_DEPTH = 80;

    private static final Set<StackWalker.Option> OPTIONS = Set.of(
            // a library whose code is in a hidden class would else not be seen at all
            StackWalker.Option.RETAIN_CLASS_REFERENCE, StackWalker.Option.SHOW_HIDDEN_FRAMES);
    static final StackWalker WALKER = StackWalker.getInstance(OPTIONS, USUAL_DEPTH);
    private static final StackWalker SHORT_WALKER = StackWalker.getInstance(OPTIONS, SHORT_DEPTH);
    private static final ClassLoader OWN = StackReader.class.getClassLoader();
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    /** Null before {@link #prepare}, and where this JDK has none. */
    private static volatile @Nullable BareWalk bare;

    private StackReader() {}

    /** What one look at the stack found. */
    // One class is both the walk and its step, so that one is loaded; nobody calls the andThen that both inherit.
    @SuppressWarnings("overloads")
    public static final class Reading implements Function<Stream<StackFrame>, Attribution>, Consumer<StackFrame> {

        private boolean pastGate;
        private boolean ownLibrary;
        private boolean datagram;
        private boolean client;
        private boolean done;
        private Attribution.Origin origin = Attribution.Origin.NONE;
        private @Nullable String jdkTransport;
        private @Nullable Class<?> innermost;
        private @Nullable Class<?> transport;
        private @Nullable Class<?> user;
        private @Nullable StackFrame site;
        private @Nullable Attribution attribution;

        private Reading() {}

        /** Returns whose call it is. */
        public Attribution attribution() {
            Attribution result = attribution;
            return result == null ? Attribution.NOBODY : result;
        }

        /** Returns whether the call came through a datagram channel. */
        public boolean datagram() {
            return datagram;
        }

        /**
         * Returns whether one of the JDK's HTTP clients itself connects, and not code of somebody else that the client has
         * called: a proxy selector, a cookie store, a socket factory.
         */
        public boolean ofHttpClient() {
            return client;
        }

        /** Returns the class of the application's loaders that called the JDK, or null if there is none. */
        public @Nullable Class<?> innermost() {
            return innermost;
        }

        @Override
        public Attribution apply(Stream<StackFrame> frames) {
            Spliterator<StackFrame> each = frames.spliterator();
            while (!done && each.tryAdvance(this)) {
                // accept() keeps what it finds
            }
            return conclude();
        }

        @Override
        public void accept(StackFrame frame) {
            if (take(frame.getDeclaringClass())) {
                site = frame;
            }
        }

        /** Takes the class of the next frame; returns whether that frame made the call, as far as is known by now. */
        private boolean take(Class<?> type) {
            FrameOwner owner = FrameOwner.of(type);
            if (owner == FrameOwner.AGENT) {
                if (pastGate) {
                    origin = Attribution.Origin.OWN;
                    done = true;
                }
                return false;
            }
            if (owner == FrameOwner.AGENTS_LIBRARY) {
                ownLibrary |= pastGate;
                return false;
            }
            if (owner == FrameOwner.GATE || owner == FrameOwner.GENERATED) {
                return false;
            }
            if (owner == FrameOwner.TRANSPORT) {
                if (innermost == null) {
                    innermost = type;
                }
                boolean first = transport == null;
                if (first) {
                    transport = type;
                }
                return first;
            }
            if (owner == FrameOwner.APPLICATION) {
                if (innermost == null) {
                    innermost = type;
                }
                user = type;
                origin = Attribution.Origin.USER;
                done = true;
                return true;
            }
            pastGate = true;
            client |= owner.connecting() && transport == null;
            if (jdkTransport == null) {
                datagram |= owner.datagram();
                jdkTransport = owner.transport();
            }
            return false;
        }

        /** Reads the classes first, and the one frame that made the call then; returns false if that takes more frames. */
        private boolean read(BareWalk walk, int most) {
            Object[] frames = walk.frames(OWN_FRAMES, most);
            int found = -1;
            int index = 0;
            while (!done && index < most) {
                Class<?> type = walk.classAt(frames, index);
                if (type == null) {
                    break;
                }
                if (take(type)) {
                    found = index;
                }
                index++;
            }
            if (index == most && !done) {
                return false;
            }
            if (found >= 0 && origin != Attribution.Origin.OWN) {
                site = walk.frame(OWN_FRAMES + found);
            }
            conclude();
            return true;
        }

        private Attribution conclude() {
            Class<?> transportClass = transport;
            Class<?> userClass = user;
            Attribution result;
            if (userClass != null) {
                String through =
                        transportClass != null ? Libraries.of(transportClass).coordinates() : jdkTransport;
                result = new Attribution(Libraries.of(userClass), through, site, origin);
            } else if (transportClass != null && origin == Attribution.Origin.NONE) {
                result = new Attribution(Libraries.of(transportClass), jdkTransport, site, Attribution.Origin.USER);
            } else if (origin == Attribution.Origin.OWN || ownLibrary) {
                result = OWN_CALL;
            } else {
                result = jdkTransport == null
                        ? Attribution.NOBODY
                        : new Attribution(Library.NONE, jdkTransport, null, Attribution.Origin.NONE);
            }
            attribution = result;
            return result;
        }
    }

    private static final Attribution OWN_CALL = new Attribution(
            new Library("dev.sallyport", "sallyport", null, "dev.sallyport.agent"), null, null, Attribution.Origin.OWN);

    /** Reads the calling thread's stack. */
    public static Reading read() {
        return read(bare, BARE_DEPTH, WALKER);
    }

    /**
     * Reads the calling thread's stack.
     *
     * @param walk reads it as far as {@link #MOST_BARE_DEPTH}; null if there is none
     * @param most how many frames it reads at first
     * @param otherwise reads what is deeper
     */
    static Reading read(@Nullable BareWalk walk, int most, StackWalker otherwise) {
        for (int frames = most; walk != null && frames <= MOST_BARE_DEPTH; frames += MOST_BARE_DEPTH - most) {
            Reading reading = new Reading();
            if (reading.read(walk, frames)) {
                return reading;
            }
        }
        Reading reading = new Reading();
        otherwise.walk(reading);
        return reading;
    }

    /** Has the stack read in a cheaper way from now on, where this JDK has one; not for the application's threads. */
    public static void prepare() {
        if (bare == null) {
            bare = BareWalk.prepare(WALKER);
        }
    }

    /**
     * Reads the calling thread's stack for a guard that is woven close to what the application calls: the fewer frames
     * are fetched, the less it costs, and where they do not suffice, more are fetched.
     */
    public static Attribution nearby() {
        return read(bare, SHORT_BARE_DEPTH, SHORT_WALKER).attribution();
    }

    /** Returns whose code a class is, for a caller that the JDK method was told. */
    public static Attribution of(Class<?> caller) {
        ClassLoader loader = caller.getClassLoader();
        if (FrameOwner.isAgents(caller)) {
            return OWN_CALL;
        }
        if (loader == null || loader == PLATFORM || isOfJdkModule(caller)) {
            return Attribution.NOBODY;
        }
        return new Attribution(Libraries.of(caller), null, null, Attribution.Origin.USER);
    }

    /**
     * Returns whether a method of the JDK was called by another part of the JDK for its own purposes. A call by reflection or
     * by a method handle never is: nobody can tell whose that is.
     *
     * @param between the names of the classes, or the beginnings of them, that may stand between the method and its caller
     */
    public static boolean isCalledByJdk(String... between) {
        boolean[] found = new boolean[1];
        WALKER.walk(frames -> {
            Spliterator<StackFrame> each = frames.spliterator();
            boolean[] more = {true};
            while (more[0]
                    && each.tryAdvance(frame -> {
                        Class<?> type = frame.getDeclaringClass();
                        if (FrameOwner.isAgents(type) || isOneOf(type.getName(), between)) {
                            return;
                        }
                        more[0] = false;
                        found[0] = type.getName().startsWith("jdk.internal.")
                                && !type.getName().startsWith("jdk.internal.reflect.")
                                && JdkModules.contains(type);
                    })) {
                // the consumer says when to stop
            }
            return null;
        });
        return found[0];
    }

    private static boolean isOneOf(String name, String[] beginnings) {
        if (name.startsWith("dev.sallyport.gate.")) {
            return true;
        }
        for (String beginning : beginnings) {
            if (name.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the innermost frames of the application as {@code com.acme.Beacon.flush(Beacon.java:88)}, innermost first, and
     * those of clients only where there are no others; for a denial's text only, since it walks the whole stack.
     *
     * @param limit how many at most
     */
    public static String[] sites(int limit) {
        String[] sites = sites(limit, false);
        return sites.length > 0 ? sites : sites(limit, true);
    }

    private static String[] sites(int limit, boolean ofTransports) {
        StackFrame[] frames = new StackFrame[limit];
        int[] count = {0};
        WALKER.forEach(frame -> {
            Class<?> type = frame.getDeclaringClass();
            ClassLoader loader = type.getClassLoader();
            boolean counts = loader != null && loader != PLATFORM && loader != OWN && !isOfJdkModule(type);
            if (counts && count[0] < limit && !isLambda(type) && (ofTransports || !Transports.isLibrary(type))) {
                frames[count[0]++] = frame;
            }
        });
        String[] sites = new String[count[0]];
        for (int i = 0; i < sites.length; i++) {
            StackFrame frame = frames[i];
            String file = frame.getFileName();
            sites[i] = className(frame)
                    + '.'
                    + frame.getMethodName()
                    + '('
                    + (file == null ? "Unknown Source" : file + ':' + frame.getLineNumber())
                    + ')';
        }
        return sites;
    }

    /** Some of the JDK's modules are defined by the system loader, as the application is. */
    private static boolean isOfJdkModule(Class<?> type) {
        return type.getModule().isNamed() && JdkModules.contains(type);
    }

    /** A lambda's own class only calls what its code became, which has a frame and a line of its own. */
    private static boolean isLambda(Class<?> type) {
        return type.isHidden() && type.getName().contains("$$Lambda");
    }

    /** Returns the class of a frame; of a hidden one without the address that its name ends in. */
    public static String className(StackFrame frame) {
        String name = frame.getClassName();
        int address = name.indexOf('/');
        return address < 0 ? name : name.substring(0, address);
    }
}
