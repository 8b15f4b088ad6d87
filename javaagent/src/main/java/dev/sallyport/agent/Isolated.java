package dev.sallyport.agent;

import dev.sallyport.launch.AgentClassLoader;
import java.lang.instrument.Instrumentation;
import java.lang.module.ModuleDescriptor;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jdk.internal.access.JavaLangAccess;
import jdk.internal.access.SharedSecrets;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * The first class of the start, alone in a loader of its own. It makes two modules, one for the gate and the API in the boot
 * loader, where the JDK's own classes can call them, and one for the agent; then the story begins in {@link Premain}.
 *
 * <p>Modules, because the classes of an unnamed one are open to everybody's reflection, and these are opened to nobody: so
 * says the JVM itself, at no cost. An application reaches the API and the gate's public methods, and neither a field of
 * theirs nor anything of the agent.
 *
 * <p>{@code Instrumentation.appendToBootstrapClassLoaderSearch} would define the gate too, but makes the JVM drop the user's
 * AppCDS archive and print a warning ({@code ClassLoaderExt::append_boot_classpath}). The launcher reaches this class
 * through an interface of the JDK, since calling a method by reflection costs a cold JDK 25 some ten milliseconds.
 */
public final class Isolated implements BiConsumer<@Nullable String, Instrumentation> {

    private static final String API = "dev.sallyport";
    private static final String GATE = "dev.sallyport.gate";
    private static final String LOADER = "dev.sallyport.launch";

    /** The packages of the JDK that the agent is built on. */
    private static final String[] INTERNALS = {"jdk.internal.misc", "jdk.internal.access", "sun.net.www"};

    /** The modules of the JDK whose classes the agent uses; one that uses those of another needs it here. */
    private static final String[] READ = {"java.instrument", "java.net.http"};

    /** Called by the launcher through reflection. */
    public Isolated() {}

    @Override
    public void accept(@Nullable String arguments, Instrumentation instrumentation) {
        if (gateStands()) {
            System.err.println("sallyport: the agent is in this JVM already; the second -javaagent changes nothing");
            return;
        }
        ClassLoader stage = Isolated.class.getClassLoader();
        JavaLangAccess access = SharedSecrets.getJavaLangAccess();
        Module gate = defineGate(access);
        Unsafe unsafe = Unsafe.getUnsafe();
        for (byte[] classFile : bootClasses(stage.getParent())) {
            unsafe.defineClass(null, classFile, 0, classFile.length, null, null);
        }
        ClassLoader loader = loader(stage);
        defineAgent(access, gate, loader);
        Premain.start(arguments, instrumentation);
    }

    /**
     * Makes the loader of the agent's classes, from the classes that now are in the gate's module: those of the same names in the
     * system loader are the application's to reflect on, and so would be what they load.
     */
    private static ClassLoader loader(ClassLoader stage) {
        // as an interface, or the verifier would look for the class before it is defined
        Iterable<String> made = new AgentClassLoader(read(stage));
        ClassLoader loader = (ClassLoader) made;
        told(stage).accept(loader);
        return loader;
    }

    private static boolean gateStands() {
        try {
            Class.forName("dev.sallyport.gate.Gate", false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static Module defineGate(JavaLangAccess access) {
        Module base = Object.class.getModule();
        Module gate = define(access, null, "dev.sallyport", Set.of(API, GATE, LOADER));
        access.addExports(gate, API);
        access.addExports(gate, GATE);
        access.addExports(gate, LOADER, Isolated.class.getModule());
        access.addReads(gate, base);
        access.addReads(base, gate);
        access.addExports(base, "jdk.internal.reflect", gate);
        return gate;
    }

    private static void defineAgent(JavaLangAccess access, Module gate, ClassLoader loader) {
        Module base = Object.class.getModule();
        Module agent = define(access, loader, "dev.sallyport.agent", packages(loader));
        access.addReads(agent, base);
        access.addReads(agent, gate);
        access.addReadsAllUnnamed(agent);
        for (String name : READ) {
            Optional<Module> module = ModuleLayer.boot().findModule(name);
            if (module.isPresent()) {
                access.addReads(agent, module.get());
            }
        }
        for (String internal : INTERNALS) {
            access.addExports(base, internal, agent);
        }
        access.addExports(agent, "dev.sallyport.agent", Isolated.class.getModule());
    }

    /** Unlike the public builder of descriptors, this one does not check names, which takes time. */
    private static Module define(
            JavaLangAccess access, @Nullable ClassLoader loader, String name, Set<String> packages) {
        ModuleDescriptor descriptor = SharedSecrets.getJavaLangModuleAccess()
                .newModuleBuilder(name, false, Set.of())
                .packages(packages)
                .build();
        return access.defineModule(loader, descriptor, null);
    }

    /** The loader is of a class that is out of sight here. */
    @SuppressWarnings("unchecked")
    private static Set<String> packages(ClassLoader loader) {
        Set<String> packages = new HashSet<>();
        for (String name : (Iterable<String>) loader) {
            packages.add(name);
        }
        return packages;
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Object[][] read(ClassLoader stage) {
        return ((Supplier<@Nullable Object[][]>) stage).get();
    }

    @SuppressWarnings("unchecked")
    private static Consumer<ClassLoader> told(ClassLoader stage) {
        return (Consumer<ClassLoader>) stage;
    }

    @SuppressWarnings("unchecked")
    private static byte[][] bootClasses(ClassLoader loader) {
        return ((Supplier<byte[][]>) loader).get();
    }
}
