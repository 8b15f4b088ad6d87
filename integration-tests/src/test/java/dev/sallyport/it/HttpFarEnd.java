package dev.sallyport.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on a loopback port of the system's choice that keeps connections open. It answers every request with
 * 200, or what it is told, but for {@code /away}, which it sends to another place. Standing as a proxy, it answers for all hosts itself.
 */
final class HttpFarEnd implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Integer> connections = new CopyOnWriteArrayList<>();
    private volatile @Nullable String away;
    private volatile int status = 200;

    HttpFarEnd() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Sets where {@code /away} leads. */
    void away(String location) {
        away = location;
    }

    /** Sets the status that every other request is answered with. */
    void status(int code) {
        status = code;
    }

    /** Returns the requests that came, as {@code GET /path}. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Returns how many connections carried a request. */
    int connections() {
        Set<Integer> distinct = new LinkedHashSet<>(connections);
        return distinct.size();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + ' ' + exchange.getRequestURI());
        connections.add(exchange.getRemoteAddress().getPort());
        exchange.getRequestBody().readAllBytes();
        String location = away;
        if (location != null && exchange.getRequestURI().getPath().equals("/away")) {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(302, -1);
        } else {
            exchange.sendResponseHeaders(status, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
        }
        exchange.close();
    }
}
