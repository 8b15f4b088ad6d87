package dev.sallyport.agent.weave;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import org.jspecify.annotations.Nullable;

/**
 * What is woven only while a policy wants it, and then given back as it was. Classes that are loaded are woven again; the
 * others when they are loaded. For the thread that puts policies in force.
 */
abstract class DemandedWeave implements ClassFileTransformer {

    private final String consequence;
    private boolean standing;

    /** @param consequence what follows where a class cannot be woven: a clause */
    DemandedWeave(String consequence) {
        this.consequence = consequence;
    }

    /**
     * Weaves the classes, or gives them back as they were.
     *
     * @throws IllegalStateException if one of those that are loaded cannot be woven
     */
    public final void stand(boolean wanted, Instrumentation instrumentation) {
        if (wanted == standing) {
            return;
        }
        if (wanted) {
            instrumentation.addTransformer(this, true);
        } else {
            instrumentation.removeTransformer(this);
        }
        try {
            Class<?>[] types = types(instrumentation).toArray(new Class<?>[0]);
            if (types.length > 0) {
                instrumentation.retransformClasses(types);
            }
            for (int i = 0; wanted && i < types.length; i++) {
                String missing = missing(types[i].getName().replace('.', '/'));
                if (missing != null) {
                    throw new IllegalStateException(
                            consequence + ": " + missing + " is missing in " + types[i].getName());
                }
            }
        } catch (ClassNotFoundException | UnmodifiableClassException | LinkageError e) {
            throw new IllegalStateException(consequence + ": " + e, e);
        }
        standing = wanted;
    }

    /** Returns the classes that are to be woven now. */
    List<Class<?>> types(Instrumentation instrumentation) throws ClassNotFoundException {
        List<Class<?>> types = new ArrayList<>();
        for (Class<?> type : instrumentation.getAllLoadedClasses()) {
            if (targets(type.getClassLoader(), type.getName().replace('.', '/'))) {
                types.add(type);
            }
        }
        return types;
    }

    /** Returns whether a class is to be woven, by its internal name. */
    abstract boolean targets(@Nullable ClassLoader loader, String name);

    /** Returns the woven class file, or null to leave it as it is. */
    abstract byte @Nullable [] weave(
            @Nullable ClassLoader loader, String name, @Nullable ProtectionDomain domain, byte[] classFile);

    /** Returns what a class that was woven should have had and has not; null if nothing. */
    abstract @Nullable String missing(String name);

    /** Returns whether a loader is one of the JDK's. */
    static boolean isJdk(@Nullable ClassLoader loader) {
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    /** Weaves a class file by visitors. */
    interface Visiting {

        /** Returns what changes a class on its way to {@code next}. */
        ClassVisitor on(ClassVisitor next);
    }

    static byte[] woven(byte[] classFile, Visiting visiting) {
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(visiting.on(writer), 0);
        return writer.toByteArray();
    }

    @Override
    public final byte @Nullable [] transform(
            @Nullable Module module,
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile) {
        return name == null || !targets(loader, name) ? null : weave(loader, name, domain, classFile);
    }
}
