package dev.sallyport.agent.control;

import dev.sallyport.policy.HostNames;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A policy that a web server has, and the last good copy of it in a file: that is what is loaded and watched. Asks the server
 * again and again, by the ETag of what it has, on a thread of its own.
 *
 * <p>What an application may set for connections of the whole JVM (handlers of URLs, proxies, socket factories) is taken as it
 * was before the application ran.
 */
public final class RemotePolicy extends Thread {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 5_000;
    private static final long WHOLE_NANOS = 15_000_000_000L;
    private static final int NOT_MODIFIED = 304;
    private static final int OK = 200;
    private static final int HEX = 16;

    /** Whether what was fetched can be used. */
    public interface Check {

        /** Throws if it cannot. */
        void check(Path fetched) throws PolicyException;
    }

    /** Hears how asking went. */
    public interface Listener {

        /** Called after each time, on the thread that asks; {@code problem} is null if the copy is what the server has. */
        void asked(@Nullable String problem);
    }

    private final URL url;
    private final Path copy;
    private final Path tag;
    private final Path fetched;
    private final long everyNanos;
    private final Check check;
    private final @Nullable SSLSocketFactory sockets;
    private final @Nullable HostnameVerifier verifier;
    private @Nullable Listener listener;

    /**
     * Prepares it; call it before the application runs.
     *
     * @param location an URL of {@code http} or {@code https}
     * @param directory where the copy is kept; created if need be
     * @param everySeconds the time between two questions
     * @throws IOException if the location or the directory cannot be used
     */
    public RemotePolicy(String location, Path directory, int everySeconds, Check check) throws IOException {
        super(null, null, "sallyport-source", 0, false);
        try {
            this.url = new URL(location);
        } catch (MalformedURLException e) {
            throw new IOException(location + " is not an URL", e);
        }
        if (url.getHost().isEmpty() || url.getUserInfo() != null) {
            throw new IOException(location + " names no host, or holds a password");
        }
        Files.createDirectories(directory);
        String name = "policy-" + Integer.toString(location.hashCode() & Integer.MAX_VALUE, HEX);
        this.copy = directory.resolve(name + ".yaml");
        this.tag = directory.resolve(name + ".etag");
        this.fetched = directory.resolve(name + ".new");
        this.everyNanos = TimeUnit.SECONDS.toNanos(everySeconds);
        this.check = check;
        boolean secure = url.getProtocol().equals("https");
        this.sockets = secure ? HttpsURLConnection.getDefaultSSLSocketFactory() : null;
        this.verifier = secure ? HttpsURLConnection.getDefaultHostnameVerifier() : null;
        setDaemon(true);
        setContextClassLoader(RemotePolicy.class.getClassLoader());
    }

    /** Returns the file that has the last good copy, if there was one. */
    public Path copy() {
        return copy;
    }

    /** Returns the server's host, as the policy is asked for it. */
    public String host() {
        String host = url.getHost();
        return HostNames.asked(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    }

    /** Returns the server's port. */
    public int port() {
        return url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
    }

    /** Returns for how long nobody has seen that the copy is what the server has, in seconds; -1 if there is no copy. */
    public long ageSeconds() {
        if (!Files.exists(copy)) {
            return -1;
        }
        long seen = Math.max(tag.toFile().lastModified(), 0);
        return Math.max(0, (System.currentTimeMillis() - seen) / 1_000);
    }

    /** Begins to ask again and again. */
    public void start(Listener told) {
        listener = told;
        start();
    }

    @Override
    public void run() {
        while (true) {
            long end = System.nanoTime() + everyNanos;
            for (long left = everyNanos; left > 0; left = end - System.nanoTime()) {
                // any code of the JVM can interrupt any thread
                interrupted();
                LockSupport.parkNanos(left);
            }
            String problem = ask();
            Listener told = listener;
            if (told != null) {
                told.asked(problem);
            }
        }
    }

    /**
     * Asks the server, and puts what it has in the copy's place if it is new and can be used.
     *
     * @return what went wrong; null if the copy is what the server has
     */
    public @Nullable String ask() {
        try {
            return fetch();
        } catch (PolicyException e) {
            return "what " + url + " has is not valid, and the last good policy stays\n" + e;
        } catch (IOException | RuntimeException | LinkageError e) {
            return url + " cannot be read: " + e;
        }
    }

    private @Nullable String fetch() throws IOException, PolicyException {
        if (!(url.openConnection(Proxy.NO_PROXY) instanceof HttpURLConnection connection)) {
            return url + " is no web server's";
        }
        if (connection instanceof HttpsURLConnection secure && sockets != null && verifier != null) {
            secure.setSSLSocketFactory(sockets);
            secure.setHostnameVerifier(verifier);
        }
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        String known = Files.exists(copy) && Files.exists(tag) ? Files.readString(tag) : "";
        if (!known.isEmpty()) {
            connection.setRequestProperty("If-None-Match", known);
        }
        try {
            int status = connection.getResponseCode();
            if (status == NOT_MODIFIED && !known.isEmpty()) {
                Files.writeString(tag, known);
                return null;
            }
            if (status != OK) {
                return url + " answers " + status + (status / 100 == 3 ? "; redirects are not followed" : "");
            }
            byte[] content = content(connection);
            if (content == null) {
                return url + " answers too much, or too slowly";
            }
            String etag = connection.getHeaderField("ETag");
            return take(content, etag == null ? "" : etag);
        } finally {
            connection.disconnect();
        }
    }

    private @Nullable String take(byte[] content, String etag) throws IOException, PolicyException {
        if (!Files.exists(copy) || !Arrays.equals(Files.readAllBytes(copy), content)) {
            Files.write(fetched, content);
            check.check(fetched);
            Files.move(fetched, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.writeString(tag, etag);
        return null;
    }

    private static byte @Nullable [] content(HttpURLConnection connection) throws IOException {
        long end = System.nanoTime() + WHOLE_NANOS;
        byte[] content = new byte[1 << 16];
        int length = 0;
        try (InputStream in = connection.getInputStream()) {
            for (int read = in.read(content, 0, content.length);
                    read >= 0;
                    read = in.read(content, length, content.length - length)) {
                length += read;
                if (length > PolicyLoader.MOST_BYTES || System.nanoTime() - end > 0) {
                    return null;
                }
                if (length == content.length) {
                    content = Arrays.copyOf(content, 2 * content.length);
                }
            }
        }
        return Arrays.copyOf(content, length);
    }
}
