package dev.sallyport.agent.attribution;

import dev.sallyport.policy.Library;
import java.net.URL;
import java.security.CodeSource;
import jdk.internal.access.SharedSecrets;
import org.jspecify.annotations.Nullable;

/**
 * The code that the program's main class is part of: the jar or the directory that it comes from, and of a jar that packs
 * others into itself, as Spring Boot's do, the application's own classes.
 *
 * <p>Which class is the main one the JDK's launcher says, and not a system property, which anybody can set. A program that was
 * not started by the launcher has none. Of one that was started from source, it is what was compiled from there.
 */
final class MainCode {

    private static final @Nullable Class<?> MAIN = main();
    private static final @Nullable String SOURCE = MAIN == null || JdkModules.contains(MAIN) ? null : source(MAIN);
    private static final ClassLoader SYSTEM = ClassLoader.getSystemClassLoader();

    /** Where jars that are started whole keep the application's own classes. */
    private static final String[] OWN_CLASSES = {"!BOOT-INF/classes", "!WEB-INF/classes"};

    private MainCode() {}

    private static @Nullable Class<?> main() {
        String launcher = "sun.launcher";
        SharedSecrets.getJavaLangAccess().addExports(Object.class.getModule(), launcher, MainCode.class.getModule());
        try {
            Class<?> main = (Class<?>) Class.forName(launcher + ".LauncherHelper")
                    .getMethod("getApplicationClass")
                    .invoke(null);
            return main;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the JDK's launcher does not tell the main class", e);
        }
    }

    /** Returns whether a class is part of it. */
    static boolean contains(Class<?> type) {
        if (isOfLauncher(type.getClassLoader())) {
            return !type.isHidden() && isCompiled(type);
        }
        String main = SOURCE;
        String source = main == null || type.isHidden() || !isOfProgram(type) ? null : source(type);
        return main != null
                && source != null
                && !Libraries.of(type).artifact().equals(Library.NONE.artifact())
                && (source.equals(main) || isPackedInto(main, source));
    }

    /**
     * Returns whether a class is the one that the program has under its name: with a loader of one's own, anybody may define
     * another.
     */
    static boolean isOfProgram(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        Class<?> main = MAIN;
        if (loader == null || main == null || loader == SYSTEM || loader == main.getClassLoader()) {
            return loader != null && (loader == SYSTEM || main != null);
        }
        if (isOfLauncher(loader)) {
            return isCompiled(type);
        }
        // the loader that a jar brings for what is packed into it is a class of that jar, and the main class's
        // neighbour
        Class<?> loaders = loader.getClass();
        return loaders.getClassLoader() == SYSTEM
                && loaders.getPackageName().startsWith("org.springframework.boot.loader")
                && main.getPackageName().startsWith("org.springframework.boot.loader")
                && source(main).equals(source(loaders));
    }

    /** The loader of {@code java Program.java}, which nobody else can make. */
    private static boolean isOfLauncher(@Nullable ClassLoader loader) {
        return loader != null
                && JdkModules.contains(loader.getClass())
                && loader.getClass().getName().startsWith("com.sun.tools.javac.launcher.");
    }

    /** Whether it is the launcher that made the class, and not somebody with a private lookup in its package. */
    private static boolean isCompiled(Class<?> type) {
        URL classFile = type.getClassLoader()
                .getResource(type.getName().replace('.', '/').concat(".class"));
        return classFile != null
                && (classFile.getProtocol().startsWith("memory")
                        || classFile.getProtocol().startsWith("sourcelauncher"));
    }

    private static boolean isPackedInto(String main, String source) {
        String path = main.startsWith("file:") ? main.substring("file:".length()) : main;
        String outer = source.startsWith("jar:nested:") ? "jar:nested:".concat(path) : "jar:file:".concat(path);
        if (!source.startsWith(outer)) {
            return false;
        }
        String inside = source.substring(outer.length()).replace("/", "");
        for (String own : OWN_CLASSES) {
            String flat = own.replace("/", "");
            if (inside.equals(flat) || inside.equals(flat + '!')) {
                return true;
            }
        }
        return false;
    }

    private static String source(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        return location == null ? "" : location.toString();
    }
}
