package dev.sallyport.launch;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The isolated loader: the agent and everything it depends on, read from archives inside the agent's own jar, behind the
 * platform loader. The application's class path is not among its parents, and it is not among the application's.
 *
 * <p>{@code core.zip} holds what every start needs and is searched first; the {@code lib/} archives, which are many times
 * larger, are opened when the first class is asked for that is not in it.
 */
public final class AgentClassLoader extends ClassLoader {

    private static final String CORE = "META-INF/sallyport/core.zip";
    private static final String LIBRARIES = "META-INF/sallyport/lib/";
    /** The interface of the exceptions, which can be defined only after it. */
    private static final String FIRST_BOOT_CLASS = "dev/sallyport/Denied.class";

    static {
        registerAsParallelCapable();
    }

    private final RandomAccessFile file;
    private final NestedArchive jar;
    private final NestedArchive core;
    private final ProtectionDomain domain;
    private volatile NestedArchive @Nullable [] libraries;

    /**
     * Opens the jar; it stays open, so that later changes of the path do not change what is loaded.
     *
     * @throws IOException if it cannot be read or is not as the build made it
     */
    @SuppressWarnings("deprecation") // URL(String): URI.toURL would load the parser
    AgentClassLoader(File jar) throws IOException {
        super("sallyport", ClassLoader.getPlatformClassLoader());
        this.file = new RandomAccessFile(jar, "r");
        this.jar = new NestedArchive(file, 0, file.length());
        this.core = this.jar.nested(CORE);
        this.domain = new ProtectionDomain(
                new CodeSource(new URL("file", null, jar.getPath()), (Certificate[]) null), null, this, null);
    }

    /** Returns the class files that belong into the boot loader, in an order in which they can be defined. */
    byte[][] bootClasses() throws IOException {
        List<byte[]> classes = new ArrayList<>();
        classes.add(bootClass(FIRST_BOOT_CLASS));
        for (String name : jar.names()) {
            if (name.startsWith("dev/sallyport/")
                    && name.endsWith(".class")
                    && !name.startsWith("dev/sallyport/launch/")
                    && !name.endsWith("package-info.class")
                    && !name.equals(FIRST_BOOT_CLASS)) {
                classes.add(bootClass(name));
            }
        }
        return classes.toArray(new byte[0][]);
    }

    private byte[] bootClass(String name) throws IOException {
        byte[] bytes = jar.bytes(name);
        if (bytes == null) {
            throw new IOException(name + " is missing from the agent's jar");
        }
        return bytes;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes;
        try {
            bytes = classFile(name.replace('.', '/').concat(".class"));
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length, domain);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        Enumeration<URL> all = findResources(name);
        return all.hasMoreElements() ? all.nextElement() : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        List<URL> found = new ArrayList<>();
        if (core.has(name)) {
            found.add(url(core, "core", name));
        }
        NestedArchive[] archives = libraries();
        for (int i = 0; i < archives.length; i++) {
            if (archives[i].has(name)) {
                found.add(url(archives[i], "lib" + i, name));
            }
        }
        return Collections.enumeration(found);
    }

    private byte @Nullable [] classFile(String name) throws IOException {
        byte[] bytes = core.bytes(name);
        if (bytes != null) {
            return bytes;
        }
        NestedArchive archive = holding(name);
        return archive == null ? null : archive.bytes(name);
    }

    private @Nullable NestedArchive holding(String name) {
        for (NestedArchive archive : libraries()) {
            if (archive.has(name)) {
                return archive;
            }
        }
        return null;
    }

    private NestedArchive[] libraries() {
        NestedArchive[] opened = libraries;
        if (opened == null) {
            synchronized (file) {
                opened = libraries;
                if (opened == null) {
                    opened = openLibraries();
                    libraries = opened;
                }
            }
        }
        return opened;
    }

    private NestedArchive[] openLibraries() {
        List<String> names = new ArrayList<>();
        for (String name : jar.names()) {
            if (name.startsWith(LIBRARIES) && name.length() > LIBRARIES.length()) {
                names.add(name);
            }
        }
        Collections.sort(names);
        NestedArchive[] archives = new NestedArchive[names.size()];
        try {
            for (int i = 0; i < archives.length; i++) {
                archives[i] = jar.nested(names.get(i));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the agent's jar is damaged", e);
        }
        return archives;
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
