package com.example.escapes;

import dev.sallyport.agent.exit.Intruder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Has the loader of the agent's classes, which every one of its threads shows, define a class of one's own beside them. */
final class AgentLoader implements Escape {

    private static final String INTRUDER = "dev.sallyport.agent.exit.Intruder";

    @Override
    public void attempt(String... words) throws Throwable {
        ClassLoader loader = find();
        if (loader == null) {
            Target.connect(words[0]);
            return;
        }
        String path = INTRUDER.replace('.', '/') + ".class";
        Path zip = archive(path);
        try (RandomAccessFile file = new RandomAccessFile(zip.toFile(), "r")) {
            Class<?> type = Class.forName(
                    "dev.sallyport.launch.NestedArchive",
                    true,
                    loader.getClass().getClassLoader());
            Constructor<?> constructor = type.getDeclaredConstructor(RandomAccessFile.class, long.class, long.class);
            constructor.setAccessible(true);
            Method define = loader.getClass().getDeclaredMethod("define", String.class, String.class, type);
            define.setAccessible(true);
            Class<?> defined =
                    (Class<?>) define.invoke(loader, INTRUDER, path, constructor.newInstance(file, 0L, file.length()));
            Class.forName(defined.getName(), true, loader);
        } finally {
            Files.delete(zip);
        }
        Object lookup = System.getProperties().get(INTRUDER);
        TrustedLookup.connect((MethodHandles.Lookup) lookup, words[0]);
    }

    private static @Nullable ClassLoader find() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("sallyport")) {
                return thread.getClass().getClassLoader();
            }
        }
        return null;
    }

    private static Path archive(String entry) throws IOException {
        Path zip = Files.createTempFile("intruder", ".zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file);
                InputStream in = AgentLoader.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new ZipEntry(entry));
            if (in == null) {
                throw new IOException(Intruder.class + " is not there");
            }
            in.transferTo(out);
        }
        return zip;
    }
}
