package dev.sallyport.agent.audit;

import dev.sallyport.policy.HostNames;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Spans and metrics of decisions, sent by OTLP as the standard {@code OTEL_*} variables and {@code otel.*} system
 * properties say. It exists only where they name an endpoint; OpenTelemetry is then loaded on a daemon thread of its own,
 * {@code sallyport-telemetry}, beside the application's start.
 *
 * <p>Unlike the journal it may lose something: what comes while its queue of {@value #QUEUE} is full is counted and left
 * out.
 */
public final class Telemetry implements Journal.Listener {

    static final int QUEUE = 2_048;

    private static final long FLUSH_MILLIS = 3_000;

    private final Endpoint endpoint;
    private final boolean traces;
    private final boolean metrics;
    private final ArrayBlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean ending;

    private Telemetry(Endpoint endpoint, boolean traces, boolean metrics) {
        this.endpoint = endpoint;
        this.traces = traces;
        this.metrics = metrics;
    }

    /**
     * Where telemetry is sent.
     *
     * @param host a name in canonical form, or an address without brackets
     * @param port the port, that of the scheme if none was written
     */
    public record Endpoint(String host, int port) {}

    /**
     * Returns the telemetry that the environment asks for, or null if it names no endpoint or switches OpenTelemetry off.
     * Loads nothing of OpenTelemetry.
     */
    public static @Nullable Telemetry configured() {
        String all = setting("otel.exporter.otlp.endpoint");
        String ofTraces = setting("otel.exporter.otlp.traces.endpoint");
        String ofMetrics = setting("otel.exporter.otlp.metrics.endpoint");
        if ((all == null && ofTraces == null && ofMetrics == null)
                || "true".equalsIgnoreCase(setting("otel.sdk.disabled"))) {
            return null;
        }
        Endpoint traces = endpoint(ofTraces == null ? all : ofTraces);
        Endpoint metrics = endpoint(ofMetrics == null ? all : ofMetrics);
        Endpoint endpoint = traces == null ? metrics : traces;
        if (endpoint == null) {
            System.err.println("sallyport: spans and metrics are not exported: the OTLP endpoint is not a URL such as"
                    + " http://collector.example:4318");
            return null;
        }
        if (metrics != null && !metrics.equals(endpoint)) {
            System.err.println("sallyport: metrics are not exported: they have an OTLP endpoint of their own, and only"
                    + " that of the traces, " + endpoint.host() + ':' + endpoint.port() + ", may be reached");
        }
        return new Telemetry(endpoint, traces != null, endpoint.equals(metrics));
    }

    /** Returns where telemetry is sent: what the product's own threads have to be allowed to reach. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Returns whether spans are sent. */
    boolean traces() {
        return traces;
    }

    /** Returns whether metrics are sent. */
    boolean metrics() {
        return metrics;
    }

    /** Begins to export what {@code journal} records from now on; returns at once. */
    public void start(Journal journal) {
        Thread thread = new Thread(null, new Work(journal), "sallyport-telemetry", 0, false);
        Runtime.getRuntime().addShutdownHook(new Flush(journal, thread));
        thread.setDaemon(true);
        thread.setContextClassLoader(Telemetry.class.getClassLoader());
        journal.tell(this);
        if (metrics) {
            DecisionClock.run();
        }
        thread.start();
    }

    @Override
    public void written(Event event) {
        if (!queue.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    /** Returns how many decisions were left out of spans because the queue was full. */
    long dropped() {
        return dropped.get();
    }

    /** Returns a setting as OpenTelemetry reads it, system property before environment variable; null if it has none. */
    static @Nullable String setting(String property) {
        String value = System.getProperty(property);
        if (value == null || value.isBlank()) {
            value = System.getenv(property.replace('.', '_').toUpperCase(Locale.ROOT));
        }
        return value == null || value.isBlank() ? null : value.trim();
    }

    private static @Nullable Endpoint endpoint(@Nullable String url) {
        if (url == null) {
            return null;
        }
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            return null;
        }
        String host = uri.getHost();
        if (host == null) {
            return null;
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int usual = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return new Endpoint(HostNames.asked(host), uri.getPort() < 0 ? usual : uri.getPort());
    }

    /** What the telemetry thread does. */
    private final class Work implements Runnable {

        private final Journal journal;

        Work(Journal journal) {
            this.journal = journal;
        }

        @Override
        public void run() {
            OtlpExport export;
            try {
                export = new OtlpExport(journal, Telemetry.this);
            } catch (RuntimeException | LinkageError e) {
                journal.tell(null);
                queue.clear();
                System.err.println("sallyport: spans and metrics are not exported: " + e
                        + ". The journal is complete without them; check the OTEL_* settings.");
                return;
            }
            try (export) {
                while (!ending || !queue.isEmpty()) {
                    Event event = queue.poll(20, TimeUnit.MILLISECONDS);
                    if (event != null) {
                        export.add(event);
                    }
                }
            } catch (InterruptedException e) {
                journal.tell(null);
            }
        }
    }

    /** Has the JVM's shutdown wait for what is not sent yet, OpenTelemetry's own loading included. */
    private final class Flush extends Thread {

        private final Journal journal;
        private final Thread worker;

        Flush(Journal journal, Thread worker) {
            super(null, null, "sallyport-telemetry-flush", 0, false);
            this.journal = journal;
            this.worker = worker;
            setContextClassLoader(Telemetry.class.getClassLoader());
        }

        @Override
        public void run() {
            journal.drain();
            ending = true;
            try {
                worker.join(FLUSH_MILLIS);
            } catch (InterruptedException e) {
                interrupt();
            }
        }
    }
}
