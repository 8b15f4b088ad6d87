package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.io.TempDir;

/** Spans and metrics of the jar that ships, under a policy that lets nothing out. */
class TelemetryIT {

    @TempDir
    Path directory;

    @EachJdk
    void decisionsReachTheCollectorThroughTheGateLikeAnyOtherCall(Jdk jdk) throws IOException {
        Set<String> received = ConcurrentHashMap.newKeySet();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            received.add(exchange.getRequestURI().getPath());
            if (body.contains("sallyport.decision.duration")) {
                received.add("durations");
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            int port = collector.getAddress().getPort();
            ChildJvm jvm = new ChildJvm(jdk, directory)
                    .classPath(List.of(Product.exits()))
                    .environment("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + port)
                    .environment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                    .policy(Policies.write(directory, Policies.DENY_ALL));

            Exited exited = jvm.run("com.example.exits.Exits", "Socket", "caller", farEnd.target());

            assertThat(exited.out()).isEqualTo("OUT refused dev.sallyport.EgressDeniedException\n");
            assertThat(farEnd.seen()).isZero();
            assertThat(received).containsExactlyInAnyOrder("/v1/traces", "/v1/metrics", "durations");
            assertThat(Journals.connects(jvm.journal()))
                    .filteredOn(entry -> entry.target().port() == port)
                    .isNotEmpty()
                    .allMatch(entry -> "sallyport".equals(entry.agent()) && "own-traffic".equals(entry.rule()))
                    .noneMatch(JournalEntry::denied);
        } finally {
            collector.stop(0);
        }
    }
}
