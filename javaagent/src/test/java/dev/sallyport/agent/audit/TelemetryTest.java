package dev.sallyport.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Action;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.HttpRequest;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy.OnFull;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    @TempDir
    Path dir;

    private final Map<String, @Nullable String> before = new HashMap<>();
    private final BlockingQueue<Span> spans = new LinkedBlockingQueue<>();
    private final BlockingQueue<Metric> metrics = new LinkedBlockingQueue<>();
    private HttpServer receiver = open();

    @BeforeEach
    void configure() {
        String endpoint = "http://127.0.0.1:" + receiver.getAddress().getPort();
        set("otel.exporter.otlp.endpoint", endpoint);
        set("otel.exporter.otlp.protocol", "http/protobuf");
        set("otel.bsp.schedule.delay", "20");
        set("otel.metric.export.interval", "50");
        // what an application may use that this product does not carry
        set("otel.traces.sampler", "jaeger_remote");
        set("otel.propagators", "b3");
    }

    @AfterEach
    void restore() {
        before.forEach((key, value) -> {
            if (value == null) {
                System.clearProperty(key);
            } else {
                System.setProperty(key, value);
            }
        });
        receiver.stop(0);
    }

    @Test
    void aDeniedConnectIsAnErrorSpanUnderTheApplicationsOwn() throws Exception {
        AgentContext orchestrator = AgentContext.entered("orchestrator", null, "ana@shop.example");
        AgentContext refund = AgentContext.entered("refund", orchestrator, null);
        Event event = Facts.event(
                refund,
                Facts.connect("collect.acme.example"),
                Facts.DENIED,
                null,
                "00-" + TRACE + "-" + PARENT + "-01");

        Span span = export(event);

        assertThat(span.getName()).isEqualTo("connect collect.acme.example:443");
        assertThat(hex(span.getTraceId().toByteArray())).isEqualTo(TRACE);
        assertThat(hex(span.getParentSpanId().toByteArray())).isEqualTo(PARENT);
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(span.getStartTimeUnixNano()).isEqualTo(event.epochNanos());
        assertThat(attributes(span))
                .containsOnly(
                        Map.entry("server.address", "collect.acme.example"),
                        Map.entry("server.port", "443"),
                        Map.entry("network.peer.address", "203.0.113.7"),
                        Map.entry("network.peer.port", "443"),
                        Map.entry("network.transport", "tcp"),
                        Map.entry("error.type", "policy_denied"),
                        Map.entry("gen_ai.agent.id", "refund"),
                        Map.entry("gen_ai.agent.name", "refund"),
                        Map.entry("security_rule.name", "default-deny"),
                        Map.entry("security_rule.version", "2026.10.1"),
                        Map.entry("security_rule.ruleset.name", "refunds"),
                        Map.entry("sallyport.decision", "deny"),
                        Map.entry("sallyport.mode", "enforce"),
                        Map.entry("sallyport.agent.chain", "orchestrator,refund"),
                        Map.entry("sallyport.library", "com.shop:refund-desk:1.0"),
                        Map.entry("sallyport.stage", "connect"),
                        Map.entry("sallyport.ref", event.id().toString()));
    }

    @Test
    void aToolCallFollowsTheGenAiConventions() throws Exception {
        AgentContext inTool = AgentContext.inTool(AgentContext.entered("refund", null, null), "issueRefund", "call_17");
        Event event = Facts.event(
                inTool, Call.tool("refund", Facts.SHOP, "issueRefund"), Facts.ALLOWED, "{\"amountMinor\":1}", null);

        Span span = export(event);

        assertThat(span.getName()).isEqualTo("execute_tool issueRefund");
        assertThat(span.getParentSpanId().isEmpty()).isTrue();
        assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
        assertThat(attributes(span))
                .containsEntry("gen_ai.operation.name", "execute_tool")
                .containsEntry("gen_ai.tool.name", "issueRefund")
                .containsEntry("gen_ai.tool.call.id", "call_17")
                .containsEntry("gen_ai.agent.name", "refund")
                .containsEntry("gen_ai.agent.id", "refund")
                .doesNotContainKey("error.type");
        assertThat(span.toString()).doesNotContain("amountMinor");
    }

    @Test
    void aRequestFollowsTheHttpConventionsAndShowsWhatMonitorWouldDo() throws Exception {
        Call call = new Call(
                Stage.HTTP,
                Via.HTTP,
                "refund",
                Facts.SHOP,
                "api.psp.example",
                null,
                443,
                new Post("/v1/refunds?secret=1"),
                null);
        Decision would = new Decision(Action.ALLOW, Facts.PSP, Mode.MONITOR, Action.DENY, Facts.DEFAULT_DENY);

        Span span = export(Facts.event(call, would));

        assertThat(span.getName()).isEqualTo("POST");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(attributes(span))
                .containsEntry("http.request.method", "POST")
                .containsEntry("url.scheme", "https")
                .containsEntry("url.path", "/v1/refunds")
                .containsEntry("server.address", "api.psp.example")
                .containsEntry("sallyport.would", "deny")
                .containsEntry("sallyport.mode", "monitor");
        assertThat(span.toString()).doesNotContain("secret");
    }

    @Test
    void decisionsAndTheJournalsStateAreMetrics() throws Exception {
        Journal journal = started();
        for (int i = 0; i < 3; i++) {
            journal.offer(Facts.event(Facts.connect("a.example"), Facts.DENIED).after(3_000));
        }

        Map<String, Metric> seen = new HashMap<>();
        while (!seen.containsKey("sallyport.decisions")
                || !seen.containsKey("sallyport.decision.duration")
                || !seen.containsKey("sallyport.audit.queue")
                || !seen.containsKey("sallyport.audit.dropped")
                || !seen.containsKey("sallyport.policy.age")
                || seen.get("sallyport.decisions").getSum().getDataPoints(0).getAsInt() < 3
                || seen.get("sallyport.decision.duration")
                                .getHistogram()
                                .getDataPoints(0)
                                .getCount()
                        < 3) {
            Metric metric = metrics.poll(30, TimeUnit.SECONDS);
            assertThat(metric).as("metrics so far: %s", seen.keySet()).isNotNull();
            seen.put(metric.getName(), metric);
        }
        journal.close();

        assertThat(flat(seen.get("sallyport.decisions")
                        .getSum()
                        .getDataPoints(0)
                        .getAttributesList()))
                .containsOnly(
                        Map.entry("sallyport.decision", "deny"),
                        Map.entry("sallyport.stage", "connect"),
                        Map.entry("gen_ai.agent.name", "refund"),
                        Map.entry("security_rule.name", "default-deny"));
        HistogramDataPoint durations =
                seen.get("sallyport.decision.duration").getHistogram().getDataPoints(0);
        assertThat(durations.getCount()).isEqualTo(3);
        assertThat(durations.getSum()).isCloseTo(9e-6, within(1e-12));
        assertThat(flat(durations.getAttributesList()))
                .containsOnly(Map.entry("sallyport.decision", "deny"), Map.entry("sallyport.stage", "connect"));
        assertThat(seen.get("sallyport.audit.dropped").getSum().getDataPoints(0).getAsInt())
                .isZero();
    }

    @Test
    void theProductsOwnCallsMakeNoSpans() throws Exception {
        Call own = new Call(Stage.CONNECT, Via.TCP, "sallyport", Facts.SHOP, "collector", null, 4317, null, null);
        Journal journal = started();
        journal.offer(Facts.event(own, Facts.ALLOWED));
        journal.offer(Facts.event(Facts.connect("a.example"), Facts.ALLOWED));

        Span first = spans.poll(30, TimeUnit.SECONDS);
        journal.close();

        assertThat(first).isNotNull().extracting(Span::getName).isEqualTo("connect a.example:443");
        assertThat(spans).isEmpty();
    }

    @Test
    void withoutAnEndpointThereIsNoTelemetry() {
        set("otel.exporter.otlp.endpoint", "");

        assertThat(Telemetry.configured()).isNull();
    }

    @Test
    void aDisabledSdkIsNoTelemetry() {
        set("otel.sdk.disabled", "true");

        assertThat(Telemetry.configured()).isNull();
    }

    @Test
    void theEndpointIsKnownBeforeAnythingIsLoaded() {
        set("otel.exporter.otlp.endpoint", "https://Collector.example");
        assertThat(endpoint()).isEqualTo(new Telemetry.Endpoint("collector.example", 443));

        set("otel.exporter.otlp.traces.endpoint", "http://[::1]:4318/v1/traces");
        assertThat(endpoint()).isEqualTo(new Telemetry.Endpoint("::1", 4318));
    }

    @Test
    void anEndpointThatIsNoUrlIsNoTelemetry() {
        set("otel.exporter.otlp.endpoint", "collector:4317 ?");

        assertThat(Telemetry.configured()).isNull();
    }

    private static Telemetry.Endpoint endpoint() {
        return Objects.requireNonNull(Telemetry.configured()).endpoint();
    }

    private Span export(Event event) throws Exception {
        Journal journal = started();
        journal.offer(event);
        Span span = spans.poll(30, TimeUnit.SECONDS);
        journal.close();
        assertThat(span).isNotNull();
        return span;
    }

    private Journal started() throws JournalException {
        Telemetry telemetry = Objects.requireNonNull(Telemetry.configured());
        Journal journal = Journal.open(dir, OnFull.DENY, Facts.IDS);
        journal.start();
        telemetry.start(journal);
        return journal;
    }

    private HttpServer open() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/v1/traces", exchange -> {
                try (exchange;
                        InputStream body = exchange.getRequestBody()) {
                    ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
                            .flatMap(r -> r.getScopeSpansList().stream())
                            .flatMap(s -> s.getSpansList().stream())
                            .forEach(spans::add);
                    exchange.sendResponseHeaders(200, -1);
                }
            });
            server.createContext("/v1/metrics", exchange -> {
                try (exchange;
                        InputStream body = exchange.getRequestBody()) {
                    ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList().stream()
                            .flatMap(r -> r.getScopeMetricsList().stream())
                            .flatMap(s -> s.getMetricsList().stream())
                            .forEach(metrics::add);
                    exchange.sendResponseHeaders(200, -1);
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void set(String property, String value) {
        String old = System.setProperty(property, value);
        before.putIfAbsent(property, old);
    }

    private static Map<String, String> attributes(Span span) {
        return flat(span.getAttributesList());
    }

    private static Map<String, String> flat(List<KeyValue> attributes) {
        Map<String, String> flat = new HashMap<>();
        for (KeyValue attribute : attributes) {
            flat.put(attribute.getKey(), text(attribute.getValue()));
        }
        return flat;
    }

    private static String text(AnyValue value) {
        if (value.hasArrayValue()) {
            return String.join(
                    ",",
                    value.getArrayValue().getValuesList().stream()
                            .map(AnyValue::getStringValue)
                            .toList());
        }
        return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** A request as a client would show it. */
    private record Post(String path) implements HttpRequest {

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String scheme() {
            return "https";
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }
    }
}
