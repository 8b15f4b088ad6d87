package dev.sallyport.agent.tool;

import dev.sallyport.agent.weave.Weaver;
import dev.sallyport.policy.Policy;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the application's classes: the frameworks' by their names, and the methods that are marked by an annotation or
 * by the policy. Looks at each class once as it is loaded, at its name and its constants, which takes microseconds.
 */
public final class LibraryWeave implements Weaver.LibraryWeaver {

    /** What is looked for; swapped as one when a policy comes into force. */
    private static final class Marks {

        private final Entries entries;
        private final byte[][] annotations;

        private Marks(Entries entries, byte[][] annotations) {
            this.entries = entries;
            this.annotations = annotations;
        }

        static Marks of(Entries entries) {
            List<byte[]> annotations = new ArrayList<>();
            annotations.add(ConstantPool.text(MarkedMethods.RUNS_AS));
            annotations.add(ConstantPool.text(MarkedMethods.GUARDED_TOOL));
            for (String annotation : entries.annotations()) {
                annotations.add(ConstantPool.text(annotation));
            }
            return new Marks(entries, annotations.toArray(new byte[0][]));
        }
    }

    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    private volatile Marks marks = Marks.of(Entries.NONE);

    /**
     * Takes the {@code entry} lists of the first policy. Classes of the application are loaded before only by another
     * agent or out of an AOT cache: those are woven now.
     */
    public void start(Collection<Policy.Agent> agents, Instrumentation instrumentation) {
        start(agents);
        List<Class<?>> loaded = new ArrayList<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            ClassLoader loader = type.getClassLoader();
            if (loader != null
                    && loader != PLATFORM
                    && loader != LibraryWeave.class.getClassLoader()
                    && loader.getParent() != LibraryWeave.class.getClassLoader() // the first class of the start
                    && !type.getName().startsWith("dev.sallyport.launch.")
                    && instrumentation.isModifiableClass(type)
                    && !type.isHidden()) {
                loaded.add(type);
            }
        }
        weaveAgain(loaded, instrumentation);
    }

    /** Takes the {@code entry} lists of the first policy. */
    void start(Collection<Policy.Agent> agents) {
        marks = Marks.of(Entries.of(agents));
    }

    /**
     * Takes the {@code entry} lists of a policy that comes into force later, and weaves the loaded classes again that
     * they, or those before, name. Costs nothing if they are the same.
     */
    public void change(Collection<Policy.Agent> agents, Instrumentation instrumentation) {
        Entries before = marks.entries;
        Entries now = Entries.of(agents);
        if (now.equals(before)) {
            return;
        }
        marks = Marks.of(now);
        List<Class<?>> changed = new ArrayList<>();
        boolean annotations = before.annotations().iterator().hasNext()
                || now.annotations().iterator().hasNext();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            ClassLoader loader = type.getClassLoader();
            String name = type.getName().replace('.', '/');
            boolean own = loader == null || loader == LibraryWeave.class.getClassLoader();
            if (!own && (annotations || before.names(name) || now.names(name))) {
                if (instrumentation.isModifiableClass(type) && !type.isHidden()) {
                    changed.add(type);
                }
            }
        }
        weaveAgain(changed, instrumentation);
    }

    private static void weaveAgain(List<Class<?>> types, Instrumentation instrumentation) {
        if (types.isEmpty()) {
            return;
        }
        try {
            instrumentation.retransformClasses(types.toArray(new Class<?>[0]));
        } catch (UnmodifiableClassException e) {
            throw new IllegalStateException("the JVM called a class modifiable that is not", e);
        }
    }

    @Override
    public byte @Nullable [] weave(ClassLoader loader, String name, @Nullable Class<?> redefined, byte[] classFile) {
        for (Framework framework : Framework.ALL) {
            if (isNamed(name, framework.type())) {
                return AdviceWeave.weave(framework, loader, classFile);
            }
        }
        Marks looked = marks;
        if (looked.entries.names(name) || ConstantPool.mentions(classFile, looked.annotations)) {
            return MarkedMethods.weave(name, looked.entries, classFile);
        }
        return null;
    }

    /** Compares an internal name with a binary one. */
    private static boolean isNamed(String internal, String binary) {
        int length = internal.length();
        if (length != binary.length()) {
            return false;
        }
        for (int i = length - 1; i >= 0; i--) {
            char c = internal.charAt(i);
            if ((c == '/' ? '.' : c) != binary.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
