package dev.sallyport.agent.tool;

import dev.sallyport.agent.attribution.ToolTellers;
import dev.sallyport.agent.context.LibraryCarrying;
import dev.sallyport.agent.weave.Weaver;
import dev.sallyport.policy.Policy;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import net.bytebuddy.jar.asm.ClassReader;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the application's classes: the frameworks', the tools that are written for them, the libraries that hand work
 * to other threads, and the methods that are marked by an annotation or by the policy. Looks at each class once as it is
 * loaded, at its name and its constants, which takes microseconds.
 */
public final class LibraryWeave implements Weaver.LibraryWeaver {

    /** What is looked for; swapped as one when a policy comes into force. */
    private static final class Marks {

        private final Entries entries;
        private final ConstantPool.Texts sought;

        private Marks(Entries entries, ConstantPool.Texts sought) {
            this.entries = entries;
            this.sought = sought;
        }

        static Marks of(Entries entries) {
            List<String> sought = new ArrayList<>();
            sought.add(MarkedMethods.RUNS_AS);
            sought.add(MarkedMethods.GUARDED_TOOL);
            for (String annotation : entries.annotations()) {
                sought.add(annotation);
            }
            for (Framework framework : Framework.ALL) {
                sought.add(framework.type());
            }
            return new Marks(entries, new ConstantPool.Texts(sought));
        }
    }

    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    /** A class that names the gate itself could tell it anything beside what was woven into it. */
    private static final ConstantPool.Texts GATE =
            new ConstantPool.Texts(List.of("dev/sallyport/gate/Gate", "dev.sallyport.gate.Gate"));

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
        Marks looked = marks;
        byte[] woven = null;
        boolean tells = false;
        if (LibraryCarrying.targets(name)) {
            woven = LibraryCarrying.weave(name, classFile);
        }
        boolean mentions = ConstantPool.mentions(classFile, looked.sought);
        if (mentions) {
            byte[] advised = advise(loader, name, woven == null ? classFile : woven);
            tells = advised != null;
            woven = advised == null ? woven : advised;
        }
        if (mentions || looked.entries.names(name)) {
            byte[] marked = MarkedMethods.weave(name, looked.entries, woven == null ? classFile : woven);
            tells |= marked != null;
            woven = marked == null ? woven : marked;
        }
        if (tells && !ConstantPool.mentions(classFile, GATE)) {
            ToolTellers.add(loader, name.replace('/', '.'));
        }
        return woven;
    }

    /** Weaves a class of a framework, or one that a framework calls, or returns null. */
    private static byte @Nullable [] advise(ClassLoader loader, String name, byte[] classFile) {
        List<Framework> rows = new ArrayList<>();
        ClassReader reader = new ClassReader(classFile);
        for (Framework framework : Framework.ALL) {
            if (framework.below()
                    ? isDirectSubtype(reader, framework.type())
                    : framework.type().equals(name)) {
                rows.add(framework);
            }
        }
        return rows.isEmpty() ? null : AdviceWeave.weave(name.replace('/', '.'), rows, loader, classFile);
    }

    private static boolean isDirectSubtype(ClassReader reader, String type) {
        if (type.equals(reader.getSuperName())) {
            return true;
        }
        for (String each : reader.getInterfaces()) {
            if (each.equals(type)) {
                return true;
            }
        }
        return false;
    }
}
