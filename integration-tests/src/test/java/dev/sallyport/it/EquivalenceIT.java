package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Where everything is allowed, or only watched, a program cannot tell that the agent is there. */
class EquivalenceIT {

    @TempDir
    Path directory;

    private HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @EachJdk
    void aProgramUnderAnAllowAllPolicyBehavesAsWithoutTheAgent(Jdk jdk) throws IOException {
        assertSame(jdk, "policy=" + Policies.write(directory, Policies.ALLOW_ALL));
    }

    @EachJdk
    void aProgramUnderADenyAllPolicyInMonitorModeBehavesAsWithoutTheAgent(Jdk jdk) throws IOException {
        assertSame(jdk, "mode=monitor,policy=" + Policies.write(directory, Policies.DENY_ALL));
    }

    private void assertSame(Jdk jdk, String agent) throws IOException {
        String[] arguments = {Integer.toString(server.getAddress().getPort()), Integer.toString(nobody())};

        Exited without = jvm(jdk).run("com.example.exits.Varied", arguments);
        int requestsWithout = requests.getAndSet(0);
        Exited with = jvm(jdk).agent(agent + ",journal=" + directory.resolve("journal"))
                .run("com.example.exits.Varied", arguments);

        assertThat(with.out()).isEqualTo(without.out());
        assertThat(with.err()).isEqualTo(without.err());
        assertThat(with.status()).isEqualTo(without.status()).isEqualTo(1);
        assertThat(requests.get()).isEqualTo(requestsWithout).isPositive();
    }

    private ChildJvm jvm(Jdk jdk) {
        // the one unknown name is asked of a file, so that the question does not leave the machine
        return new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                .option("-Djdk.net.hosts.file=" + hosts());
    }

    private Path hosts() {
        try {
            return java.nio.file.Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int nobody() throws IOException {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return gone.getLocalPort();
        }
    }
}
