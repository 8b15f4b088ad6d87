package dev.sallyport.agent.weave;

import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the methods in which HTTP clients write the bodies of requests, while a policy looks into them; then they are as they
 * were again.
 */
public final class BodyWeave extends DemandedWeave {

    private final LibraryGuards ofJdk;
    private final LibraryGuards ofLibraries;
    private final Weaver.FailureListener listener;
    private final Map<String, String> missing = new HashMap<>();

    /**
     * Creates a weave that does not stand yet.
     *
     * @param ofJdk the guards of the JDK's clients
     * @param ofLibraries those of the others
     * @param listener hears of classes that cannot be woven when they are loaded
     */
    public BodyWeave(LibraryGuards ofJdk, LibraryGuards ofLibraries, Weaver.FailureListener listener) {
        super("the bodies of requests cannot be seen");
        this.ofJdk = ofJdk;
        this.ofLibraries = ofLibraries;
        this.listener = listener;
    }

    @Override
    boolean targets(@Nullable ClassLoader loader, String name) {
        return loader != BodyWeave.class.getClassLoader() && guards(loader).looksIntoBodiesAt(name);
    }

    private LibraryGuards guards(@Nullable ClassLoader loader) {
        return isJdk(loader) ? ofJdk : ofLibraries;
    }

    @Override
    byte @Nullable [] weave(
            @Nullable ClassLoader loader, String name, @Nullable ProtectionDomain domain, byte[] classFile) {
        try {
            return guards(loader).weaveBodies(name, domain, classFile);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            synchronized (this) {
                missing.put(name, String.valueOf(e.getMessage()));
            }
            listener.failed(name, e);
            return null;
        }
    }

    @Override
    synchronized @Nullable String missing(String name) {
        return missing.get(name);
    }
}
