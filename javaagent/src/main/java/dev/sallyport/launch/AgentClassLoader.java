package dev.sallyport.launch;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The isolated loader: the agent and everything it depends on, read from archives inside the agent's own jar, behind the
 * platform loader. The application's class path is not among its parents, and it is not among the application's.
 *
 * <p>{@code core.zip} holds what every start needs. It is read at once, and what it has is taken from it without asking the
 * parents. The {@code lib/} archives, which are many times larger, are opened one after the other, the smallest first,
 * until a class that is in none of the others is found.
 */
public final class AgentClassLoader extends ClassLoader implements Supplier<byte[][]>, Iterable<String> {

    private static final String CORE = "META-INF/sallyport/core.zip";
    private static final String LIBRARIES = "META-INF/sallyport/lib/";
    /** What {@link #CORE} has of the classes that belong into the boot loader. */
    private static final String BOOT = "boot/";

    /** What belongs there too, from the jar itself: this class, and what it needs. */
    private static final String OWN = "dev/sallyport/launch/";

    private static final String[] OWN_CLASSES = {
        "NestedArchive", "AgentClassLoader", "AgentClassLoader$Handler", "AgentClassLoader$Connection"
    };

    /**
     * What fetches {@code sun.misc.Unsafe} for Protocol Buffers, which do without where it cannot be loaded. From JDK 24 on they
     * would have the JDK warn on the application's standard error, or warn themselves.
     */
    private static final String UNSAFE_OF_PROTOBUF = "com.google.protobuf.UnsafeUtil$1";

    /** The interface of the exceptions, which can be defined only after it. */
    private static final String FIRST_BOOT_CLASS = BOOT + "dev/sallyport/Denied.class";

    static {
        registerAsParallelCapable();
    }

    private final NestedArchive jar;
    private final NestedArchive core;
    private final ProtectionDomain domain;
    /** The opened archives of {@code lib/}; guarded by itself, like {@link #unopened}. */
    private final List<NestedArchive> libraries = new ArrayList<>();

    private @Nullable List<String> unopened;

    /**
     * Opens the jar; it stays open, so that later changes of the path do not change what is loaded.
     *
     * @throws IOException if it cannot be read or is not as the build made it
     */
    AgentClassLoader(File jar) throws IOException {
        this(opened(new RandomAccessFile(jar, "r")));
    }

    private AgentClassLoader(NestedArchive jar) throws IOException {
        this(jar, jar.nestedAtOnce(CORE));
    }

    /** Takes what a loader of another class of this name has read: its {@link #parts}. */
    public AgentClassLoader(@Nullable Object[][] parts) {
        this(new NestedArchive(Objects.requireNonNull(parts[0])), new NestedArchive(Objects.requireNonNull(parts[1])));
    }

    private AgentClassLoader(NestedArchive jar, NestedArchive core) {
        super("sallyport", ClassLoader.getPlatformClassLoader());
        this.jar = jar;
        this.core = core;
        // without a location, which the JVM would ask for, as a string, with each class
        this.domain = new ProtectionDomain(new CodeSource(null, (Certificate[]) null), null, this, null);
    }

    private static NestedArchive opened(RandomAccessFile file) throws IOException {
        return new NestedArchive(file, 0, file.length());
    }

    /** Returns all that was read. */
    @Nullable
    Object[][] parts() {
        return new @Nullable Object[][] {jar.parts(), core.parts()};
    }

    /**
     * Returns the class files that belong into the boot loader, in an order in which they can be defined.
     *
     * @throws UncheckedIOException if the jar cannot be read
     */
    @Override
    public byte[][] get() {
        try {
            return bootClasses();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[][] bootClasses() throws IOException {
        List<byte[]> classes = new ArrayList<>();
        classes.add(bootClass(FIRST_BOOT_CLASS));
        for (String name : core.names()) {
            if (name.startsWith(BOOT) && name.endsWith(".class") && !name.equals(FIRST_BOOT_CLASS)) {
                classes.add(bootClass(name));
            }
        }
        for (String own : OWN_CLASSES) {
            byte[] bytes = jar.bytes(OWN + own + ".class");
            if (bytes == null) {
                throw new IOException(own + " is missing from the agent's jar");
            }
            classes.add(bytes);
        }
        return classes.toArray(new byte[0][]);
    }

    private byte[] bootClass(String name) throws IOException {
        byte[] bytes = core.bytes(name);
        if (bytes == null) {
            throw new IOException(name + " is missing from the agent's jar");
        }
        return bytes;
    }

    /** Returns the product's own packages in here, for the module that they make up. */
    @Override
    public Iterator<String> iterator() {
        Set<String> packages = new HashSet<>();
        for (String name : core.names()) {
            if (name.startsWith("dev/sallyport/") && name.endsWith(".class")) {
                packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.'));
            }
        }
        return packages.iterator();
    }

    /** Returns a class file of those that every start needs. */
    byte[] classFile(String name) throws ClassNotFoundException {
        try {
            byte[] bytes = core.bytes(path(name));
            if (bytes != null) {
                return bytes;
            }
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        String path = isInCore(name) ? path(name) : null;
        if (path == null || !core.has(path)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name, path, core) : loaded;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.equals(UNSAFE_OF_PROTOBUF)) {
            throw new ClassNotFoundException(name);
        }
        String path = path(name);
        NestedArchive archive = holding(path);
        if (archive == null) {
            throw new ClassNotFoundException(name);
        }
        return define(name, path, archive);
    }

    private Class<?> define(String name, String path, NestedArchive archive) throws ClassNotFoundException {
        byte[] bytes;
        try {
            bytes = archive.bytes(path);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length, domain);
    }

    /** Spares the many classes of the JDK a look into the archive. */
    private static boolean isInCore(String className) {
        return className.startsWith("dev.sallyport.") || className.startsWith("net.bytebuddy.jar.asm.");
    }

    private static String path(String className) {
        return className.replace('.', '/').concat(".class");
    }

    @Override
    protected @Nullable URL findResource(String name) {
        Enumeration<URL> all = findResources(name);
        return all.hasMoreElements() ? all.nextElement() : null;
    }

    /** Asked for the resources of the product's own module. */
    @Override
    protected @Nullable URL findResource(@Nullable String module, String name) {
        return findResource(name);
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        List<URL> found = new ArrayList<>();
        if (core.has(name)) {
            found.add(url(core, "core", name));
        }
        synchronized (libraries) {
            for (int i = 0; i < libraries.size() || openNext(); i++) {
                if (libraries.get(i).has(name)) {
                    found.add(url(libraries.get(i), "lib" + i, name));
                }
            }
        }
        return Collections.enumeration(found);
    }

    private @Nullable NestedArchive holding(String path) {
        if (core.has(path)) {
            return core;
        }
        synchronized (libraries) {
            for (int i = 0; i < libraries.size() || openNext(); i++) {
                if (libraries.get(i).has(path)) {
                    return libraries.get(i);
                }
            }
        }
        return null;
    }

    /** Opens the smallest archive that is not open yet; returns whether there was one. */
    private boolean openNext() {
        List<String> names = unopened;
        if (names == null) {
            names = new ArrayList<>();
            for (String name : jar.names()) {
                if (name.startsWith(LIBRARIES) && name.length() > LIBRARIES.length()) {
                    names.add(name);
                }
            }
            unopened = names;
        }
        int smallest = -1;
        for (int i = 0; i < names.size(); i++) {
            if (smallest < 0 || jar.size(names.get(i)) < jar.size(names.get(smallest))) {
                smallest = i;
            }
        }
        if (smallest < 0) {
            return false;
        }
        try {
            libraries.add(jar.nested(names.remove(smallest)));
            return true;
        } catch (IOException e) {
            throw new IllegalStateException("the agent's jar is damaged", e);
        }
    }

    @SuppressWarnings("deprecation") // the constructor with a handler has no successor before JDK 20
    private static URL url(NestedArchive archive, String label, String name) {
        try {
            return new URL("sallyport", label, -1, "/" + name, new Handler(archive, name));
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens an entry of one archive. */
    private static final class Handler extends URLStreamHandler {

        private final NestedArchive archive;
        private final String name;

        Handler(NestedArchive archive, String name) {
            this.archive = archive;
            this.name = name;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new Connection(url, archive, name);
        }
    }

    /** One opened entry. */
    private static final class Connection extends URLConnection {

        private final NestedArchive archive;
        private final String name;

        Connection(URL url, NestedArchive archive, String name) {
            super(url);
            this.archive = archive;
            this.name = name;
        }

        @Override
        public void connect() {
            connected = true;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            byte[] bytes = archive.bytes(name);
            if (bytes == null) {
                throw new IOException(name + " is not in the agent's jar");
            }
            return new ByteArrayInputStream(bytes);
        }
    }
}
