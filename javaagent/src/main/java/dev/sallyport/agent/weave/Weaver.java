package dev.sallyport.agent.weave;

import dev.sallyport.gate.Gate;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.internal.access.JavaLangAccess;
import jdk.internal.access.SharedSecrets;
import net.bytebuddy.jar.asm.ClassVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the JDK's classes at the join points, and hands the application's classes to the {@link LibraryGuards} and the
 * {@link LibraryWeaver}. It stays
 * registered, since another agent's retransformation would else drop the weave.
 *
 * <p>The JVM swallows whatever a transformer throws, so failures are kept for the self-test to find.
 */
public final class Weaver implements ClassFileTransformer {

    /** Weaves something other than gate calls into classes of the boot loader. */
    public interface JdkWeave {

        /** Returns whether there is something to weave into a class, by its internal name. */
        boolean targets(String name);

        /**
         * Returns the targets that must be woven at start if they are loaded already; the others wait until there is
         * something to carry.
         */
        List<String> urgent();

        /**
         * Returns a visitor that weaves a target on its way to {@code next}.
         *
         * @param missing takes what should have been woven and was not met
         */
        ClassVisitor visitor(String name, ClassVisitor next, List<String> missing);
    }

    /** Weaves the classes of one application loader; called for every class that is loaded there. */
    public interface LibraryWeaver {

        /** Returns the woven class file, or null to leave it as it is. */
        byte @Nullable [] weave(ClassLoader loader, String name, @Nullable Class<?> redefined, byte[] classFile);
    }

    private static final int[] NONE = {};
    private static final int OUTLINES = 1024;
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();
    private static final Module BASE = Object.class.getModule();
    private static final Module GATE = Gate.class.getModule();
    private static final JavaLangAccess ACCESS = SharedSecrets.getJavaLangAccess();

    private final JoinPoint[] points;
    private final Guard[] guards;
    private final boolean[] woven;
    private final Map<String, int[]> byOwner = new HashMap<>();
    private final Map<String, Throwable> failures = new HashMap<>();
    private final LibraryGuards lateGuards;
    private final JdkWeave carrying;
    private final LibraryGuards libraryGuards;
    private final LibraryWeaver libraries;
    private final FailureListener listener;

    /** Hears of a class that could not be woven. */
    public interface FailureListener {

        /** Called on the thread that loads the class. */
        void failed(String className, @Nullable Throwable cause);
    }

    /**
     * Gathers the join points of this JDK.
     *
     * @param feature the JDK's feature version
     * @param guards what stands at the join points; a point's number is its index over all of them, in this order
     * @param lateGuards stand in classes of the JDK that few programs use, and no other guard stands in
     * @param carrying what carries the context across threads
     * @param libraryGuards stand in the application's libraries
     * @param libraries weaves the application's classes otherwise
     * @param listener hears of failures
     */
    public Weaver(
            int feature,
            List<? extends Guard> guards,
            LibraryGuards lateGuards,
            JdkWeave carrying,
            LibraryGuards libraryGuards,
            LibraryWeaver libraries,
            FailureListener listener) {
        List<JoinPoint> all = new ArrayList<>();
        List<Guard> owners = new ArrayList<>();
        for (Guard guard : guards) {
            for (JoinPoint point : guard.points()) {
                if (point.appliesTo(feature)) {
                    all.add(point);
                    owners.add(guard);
                }
            }
        }
        this.points = all.toArray(new JoinPoint[0]);
        this.guards = owners.toArray(new Guard[0]);
        this.woven = new boolean[points.length];
        this.lateGuards = lateGuards;
        this.carrying = carrying;
        this.libraryGuards = libraryGuards;
        this.libraries = libraries;
        this.listener = listener;
        for (int i = 0; i < points.length; i++) {
            int[] before = byOwner.get(points[i].owner());
            int[] numbers = new int[before == null ? 1 : before.length + 1];
            if (before != null) {
                System.arraycopy(before, 0, numbers, 0, before.length);
            }
            numbers[numbers.length - 1] = i;
            byOwner.put(points[i].owner(), numbers);
        }
    }

    /** Returns the guard of each point, by number. */
    public Guard[] guards() {
        return guards.clone();
    }

    /** Returns all points, by number. */
    public JoinPoint[] points() {
        return points.clone();
    }

    /** Returns whether the transformer has put point {@code number} in; that the JVM runs it, only a call proves. */
    public synchronized boolean woven(int number) {
        return woven[number];
    }

    /** Returns why a class could not be woven, or null. */
    public synchronized @Nullable Throwable failure(String owner) {
        return failures.get(owner);
    }

    /**
     * Registers the transformer and weaves the target classes that are loaded already (some always are; on JDK 25 with
     * an AOT cache all of them).
     *
     * @param rightAfterStart rows of late guards whose classes are left for {@link #weaveRightAfterStart}
     */
    public void weave(Instrumentation instrumentation, String[][] rightAfterStart) {
        instrumentation.addTransformer(this, true);
        List<String> names = new ArrayList<>(byOwner.keySet());
        names.addAll(carrying.urgent());
        lateGuards.addClasses(names);
        for (String[] row : rightAfterStart) {
            for (int i = 1; i < row.length; i++) {
                names.remove(row[i]);
            }
        }
        weaveLoaded(instrumentation, names);
    }

    /** Weaves the classes of these rows, if they are loaded; on a thread of its own, once the application may start. */
    public void weaveRightAfterStart(Instrumentation instrumentation, String[][] rows) {
        List<String> names = new ArrayList<>();
        for (String[] row : rows) {
            for (int i = 1; i < row.length; i++) {
                names.add(row[i]);
            }
        }
        weaveLoaded(instrumentation, names);
    }

    private void weaveLoaded(Instrumentation instrumentation, List<String> names) {
        // about a thousand classes are loaded, of which a handful is meant: most are told apart by three looks at the
        // name
        boolean[] outlines = new boolean[OUTLINES];
        for (int i = 0; i < names.size(); i++) {
            outlines[outline(names.get(i))] = true;
        }
        List<Class<?>> loaded = new ArrayList<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (outlines[outline(type.getName())]
                    && (isJdk(type.getClassLoader()) || targetsModule(type.getModule()))
                    && names.contains(type.getName().replace('.', '/'))) {
                loaded.add(type);
            }
        }
        if (!loaded.isEmpty()) {
            try {
                instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
            } catch (UnmodifiableClassException | LinkageError e) {
                for (Class<?> type : loaded) {
                    fail(type.getName().replace('.', '/'), e);
                }
            }
        }
    }

    /** Returns a number that a name has whether dots or slashes part it, and that few other names have. */
    private static int outline(String name) {
        int length = name.length();
        char beforeLast = length < 2 || name.charAt(length - 2) == '.' ? '/' : name.charAt(length - 2);
        return (length << 4 ^ name.charAt(length - 1) ^ beforeLast << 2) & OUTLINES - 1;
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile) {
        if (name == null) {
            return null;
        }
        byte[] woven = woven(module, loader, name, redefined, domain, classFile);
        if (woven != null && module != null && module != BASE && module.isNamed()) {
            ACCESS.addReads(module, GATE);
        }
        return woven;
    }

    private byte @Nullable [] woven(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile) {
        if (loader != null && !isJdk(loader) && !targetsModule(module)) {
            if (loader == Weaver.class.getClassLoader()) {
                return null;
            }
            try {
                byte[] guarded = libraryGuards.weave(name, domain, classFile);
                byte[] woven = libraries.weave(loader, name, redefined, guarded == null ? classFile : guarded);
                return woven == null ? guarded : woven;
            } catch (Throwable t) {
                fail(name, t);
                return null;
            }
        }
        return targets(name) ? weave(name, classFile) : weaveLate(name, domain, classFile);
    }

    private byte @Nullable [] weaveLate(String name, @Nullable ProtectionDomain domain, byte[] classFile) {
        try {
            return lateGuards.weave(name, domain, classFile);
        } catch (Throwable t) {
            fail(name, t);
            return null;
        }
    }

    /** The exits are in the boot loader, {@code java.net.http} in the platform loader. */
    private static boolean isJdk(@Nullable ClassLoader loader) {
        return loader == null || loader == PLATFORM;
    }

    /** What attaches to other JVMs is in a module of the JDK that the system loader defines. */
    private static boolean targetsModule(@Nullable Module module) {
        return module != null && "jdk.attach".equals(module.getName()) && module.getLayer() == ModuleLayer.boot();
    }

    private boolean targets(String name) {
        return byOwner.containsKey(name) || carrying.targets(name);
    }

    private byte @Nullable [] weave(String name, byte[] classFile) {
        try {
            int[] numbers = byOwner.getOrDefault(name, NONE);
            JoinPoint[] here = new JoinPoint[numbers.length];
            for (int i = 0; i < numbers.length; i++) {
                here[i] = points[numbers[i]];
            }
            boolean[] met = new boolean[here.length];
            List<String> missing = new ArrayList<>();
            boolean carries = carrying.targets(name);
            byte[] result = carries ? null : ClassPatch.weave(classFile, here, numbers, met);
            if (result == null) {
                result = AsmWeave.weave(classFile, name, here, numbers, met, carries ? carrying : null, missing);
            }
            boolean complete = missing.isEmpty();
            synchronized (this) {
                for (int i = 0; i < numbers.length; i++) {
                    woven[numbers[i]] = met[i];
                    complete &= met[i];
                }
            }
            if (!complete) {
                fail(name, null);
            }
            return result;
        } catch (Throwable t) {
            fail(name, t);
            return null;
        }
    }

    private void fail(String name, @Nullable Throwable cause) {
        Throwable kept = cause == null ? new NoSuchMethodException("a method to weave is not in " + name) : cause;
        synchronized (this) {
            failures.putIfAbsent(name, kept);
        }
        listener.failed(name, kept);
    }
}
