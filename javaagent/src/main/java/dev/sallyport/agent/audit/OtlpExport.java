package dev.sallyport.agent.audit;

import dev.sallyport.gate.AgentContext;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalEntry.Target;
import dev.sallyport.journal.JournalEntry.Trace;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Stage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells decisions as OpenTelemetry spans and metrics. The only class that knows OpenTelemetry; used on the telemetry
 * thread alone.
 */
final class OtlpExport implements AutoCloseable {

    private static final AttributeKey<List<String>> CHAIN = AttributeKey.stringArrayKey("sallyport.agent.chain");
    private static final AttributeKey<String> DECISION = AttributeKey.stringKey("sallyport.decision");
    private static final AttributeKey<String> STAGE = AttributeKey.stringKey("sallyport.stage");
    private static final AttributeKey<String> AGENT = AttributeKey.stringKey("gen_ai.agent.name");
    private static final AttributeKey<String> RULE = AttributeKey.stringKey("security_rule.name");

    private static final Set<String> SAMPLERS = Set.of(
            "always_on",
            "always_off",
            "traceidratio",
            "parentbased_always_on",
            "parentbased_always_off",
            "parentbased_traceidratio");
    private static final long CLOSE_SECONDS = 2;
    private static final double NANOS = 1e9;
    /** In seconds: a decision takes some microseconds, and a name's or an identity's first one more. */
    private static final List<Double> BOUNDARIES =
            List.of(1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 5e-3, 1e-2, 0.1);

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final LongCounter decisions;
    private final DoubleHistogram durations;
    private final EventRenderer renderer = new EventRenderer();

    OtlpExport(Journal journal, Telemetry telemetry) {
        sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .setServiceClassLoader(OtlpExport.class.getClassLoader())
                .disableShutdownHook()
                .addPropertiesCustomizer(settings -> withinOurMeans(settings, telemetry))
                .build()
                .getOpenTelemetrySdk();
        tracer = sdk.getTracer("dev.sallyport");
        Meter meter = sdk.getMeter("dev.sallyport");
        decisions = meter.counterBuilder("sallyport.decisions")
                .setDescription("Calls that the policy decided.")
                .setUnit("{decision}")
                .build();
        durations = meter.histogramBuilder("sallyport.decision.duration")
                .setDescription("Time from when a call comes to the gate to when its decision is recorded.")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(BOUNDARIES)
                .build();
        meter.gaugeBuilder("sallyport.audit.queue")
                .setDescription("Entries that wait to be written to the journal.")
                .setUnit("{entry}")
                .ofLongs()
                .buildWithCallback(m -> m.record(journal.queued()));
        meter.counterBuilder("sallyport.audit.dropped")
                .setDescription("Entries that are not in the journal; must stay 0.")
                .setUnit("{entry}")
                .buildWithCallback(m -> m.record(journal.lost()));
        meter.counterBuilder("sallyport.spans.dropped")
                .setDescription("Decisions that are in the journal but were not exported as spans.")
                .setUnit("{span}")
                .buildWithCallback(m -> m.record(telemetry.dropped()));
        meter.gaugeBuilder("sallyport.policy.age")
                .setDescription("Time since the policy in force was loaded.")
                .setUnit("s")
                .buildWithCallback(m -> m.record(journal.policyAgeSeconds()));
    }

    /**
     * The application may configure its own OpenTelemetry with the same settings, and with parts that are not here: what
     * this product sends, OTLP traces and metrics, is left as it is set; the rest is switched off for it.
     */
    private static Map<String, String> withinOurMeans(ConfigProperties settings, Telemetry telemetry) {
        Map<String, String> ours = new HashMap<>();
        ours.put("otel.traces.exporter", exporter(settings, "otel.traces.exporter", telemetry.traces()));
        ours.put("otel.metrics.exporter", exporter(settings, "otel.metrics.exporter", telemetry.metrics()));
        ours.put("otel.logs.exporter", "none");
        ours.put("otel.propagators", "none");
        String sampler = settings.getString("otel.traces.sampler");
        if (sampler != null && !SAMPLERS.contains(sampler)) {
            ours.put("otel.traces.sampler", "parentbased_always_on");
        }
        return ours;
    }

    private static String exporter(ConfigProperties settings, String exporters, boolean somewhere) {
        List<String> asked = settings.getList(exporters);
        return somewhere && (asked.isEmpty() || asked.contains("otlp")) ? "otlp" : "none";
    }

    /** Tells one decision. The product's own calls are counted, but an export that made spans would never end. */
    void add(Event event) {
        JournalEntry entry = renderer.entry(event);
        String agent = entry.agent() == null ? "" : entry.agent();
        String rule = entry.rule() == null ? "" : entry.rule();
        decisions.add(
                entry.count(),
                Attributes.of(DECISION, entry.decision(), STAGE, entry.stage(), AGENT, agent, RULE, rule));
        if (event.tookNanos() >= 0) {
            durations.record(
                    event.tookNanos() / NANOS, Attributes.of(DECISION, entry.decision(), STAGE, entry.stage()));
        }
        if (!PolicyEngine.OWN_AGENT.equals(agent)) {
            span(event, entry);
        }
    }

    private void span(Event event, JournalEntry entry) {
        Stage stage = event.call().stage();
        SpanBuilder span = tracer.spanBuilder(name(stage, entry))
                .setSpanKind(stage == Stage.HTTP || stage == Stage.CONNECT ? SpanKind.CLIENT : SpanKind.INTERNAL)
                .setStartTimestamp(event.epochNanos(), TimeUnit.NANOSECONDS)
                .setParent(parent(event.trace(), entry.trace()));
        target(span, event, entry);
        put(span, "gen_ai.agent.name", entry.agent());
        put(span, "gen_ai.agent.id", entry.agent());
        put(span, "security_rule.name", entry.rule());
        if (entry.policy() != null) {
            put(span, "security_rule.version", entry.policy().version());
            put(span, "security_rule.ruleset.name", entry.policy().name());
        }
        put(span, "sallyport.decision", entry.decision());
        put(span, "sallyport.mode", entry.mode());
        put(span, "sallyport.would", entry.would());
        put(span, "sallyport.library", entry.library());
        put(span, "sallyport.stage", entry.stage());
        put(span, "sallyport.ref", entry.id());
        if (!entry.chain().isEmpty()) {
            span.setAttribute(CHAIN, entry.chain());
        }
        if (entry.denied()) {
            span.setAttribute("error.type", "policy_denied");
        }
        Span started = span.startSpan();
        if (entry.denied()) {
            started.setStatus(StatusCode.ERROR, "denied by policy (ref " + entry.id() + ")");
        }
        started.end(event.epochNanos(), TimeUnit.NANOSECONDS);
    }

    private static String name(Stage stage, JournalEntry entry) {
        Target target = entry.target();
        return switch (stage) {
            case TOOL -> "execute_tool " + entry.asked();
            case HTTP -> target.method() == null ? "HTTP" : target.method();
            case CONNECT, UNIX -> "connect " + entry.asked();
            case NAME -> "resolve " + entry.asked();
            case PROCESS ->
                "process "
                        + (target.command().isEmpty() ? "-" : target.command().get(0));
            case NATIVE -> "load " + entry.asked();
            case LISTEN -> "listen " + entry.asked();
            case ATTACH -> "attach " + entry.asked();
            case DELEGATION -> "enter " + entry.asked();
            case TASK -> "task " + entry.asked();
        };
    }

    private static void target(SpanBuilder span, Event event, JournalEntry entry) {
        Call call = event.call();
        Target target = entry.target();
        switch (call.stage()) {
            case TOOL -> {
                put(span, "gen_ai.operation.name", "execute_tool");
                put(span, "gen_ai.tool.name", target.tool());
                put(span, "gen_ai.tool.call.id", callId(event.context(), target.tool()));
            }
            case HTTP, CONNECT -> {
                put(span, "server.address", target.name() == null ? target.address() : target.name());
                if (target.port() >= 0) {
                    span.setAttribute("server.port", (long) target.port());
                }
                put(span, "http.request.method", target.method());
                put(span, "url.scheme", target.scheme());
                put(span, "url.path", target.path());
                peer(span, call, target);
            }
            case NAME -> put(span, "dns.question.name", target.name());
            case PROCESS -> {
                if (!target.command().isEmpty()) {
                    put(span, "process.executable.path", target.command().get(0));
                }
            }
            case UNIX -> {
                put(span, "network.transport", "unix");
                put(span, "network.peer.address", target.file());
            }
            default -> {} // the name says it
        }
    }

    private static void peer(SpanBuilder span, Call call, Target target) {
        if (target.address() != null) {
            put(span, "network.peer.address", target.address());
            if (target.port() >= 0) {
                span.setAttribute("network.peer.port", (long) target.port());
            }
        }
        switch (call.via()) {
            case TCP, HTTP -> put(span, "network.transport", "tcp");
            case UDP -> put(span, "network.transport", "udp");
            default -> {} // it has no transport of this kind
        }
    }

    private static @Nullable String callId(@Nullable AgentContext context, @Nullable String tool) {
        return context != null && tool != null && tool.equals(context.tool()) ? context.toolCall() : null;
    }

    private static void put(SpanBuilder span, String key, @Nullable String value) {
        if (value != null) {
            span.setAttribute(key, value);
        }
    }

    /** The application's span as the parent; a trace of its own where there was none. */
    private static Context parent(@Nullable String traceparent, @Nullable Trace trace) {
        if (traceparent == null || trace == null) {
            return Context.root();
        }
        SpanContext context = SpanContext.createFromRemoteParent(
                trace.traceId(), trace.spanId(), TraceFlags.fromHex(traceparent, 53), TraceState.getDefault());
        return context.isValid() ? Context.root().with(Span.wrap(context)) : Context.root();
    }

    /** Sends what is left, for at most {@value #CLOSE_SECONDS} s. */
    @Override
    public void close() {
        sdk.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
