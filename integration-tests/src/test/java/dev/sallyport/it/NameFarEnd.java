package dev.sallyport.it;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The name service of a child JVM: a hosts file ({@code -Djdk.net.hosts.file}) that is a named pipe, so that each
 * question is seen as a reader opening it. It stands where the JDK asks the system's resolver, below the method that the
 * agent weaves, and it knows one name. Each pipe serves one reader; the next one takes its place before that reader gets
 * its first byte.
 */
final class NameFarEnd implements FarEnd {

    /** The one name that it knows; it is 127.0.0.1. */
    static final String NAME = "name.far-end.example";

    private final Path pipe;
    private final AtomicInteger seen = new AtomicInteger();
    private volatile boolean closed;

    NameFarEnd(Path directory) {
        pipe = directory.resolve("hosts");
        renew();
        Thread server = new Thread(this::serve, "name far end");
        server.setDaemon(true);
        server.start();
    }

    /** Returns the JVM options that make this a child's name service, with nothing cached. */
    String[] options() {
        return new String[] {
            "-Djdk.net.hosts.file=" + pipe, "-Dsun.net.inetaddr.ttl=0", "-Dsun.net.inetaddr.negative.ttl=0"
        };
    }

    @Override
    public String target() {
        return NAME;
    }

    @Override
    public int seen() {
        return seen.get();
    }

    @Override
    public void close() {
        closed = true;
        try {
            Files.readString(pipe); // releases the thread that waits for a reader
            Files.deleteIfExists(pipe);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve() {
        while (!closed) {
            try (OutputStream reader = new FileOutputStream(pipe.toFile())) {
                if (!closed) {
                    seen.incrementAndGet();
                    renew();
                }
                reader.write(("127.0.0.1 " + NAME + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            } catch (IOException e) {
                // the reader left
            }
        }
    }

    private void renew() {
        Path next = pipe.resolveSibling("next-hosts");
        try {
            int status = new ProcessBuilder("mkfifo", next.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IOException("mkfifo failed with " + status);
            }
            Files.move(next, pipe, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
