package com.example.isolation;

import com.azure.core.util.BinaryData;
import com.azure.core.util.CoreUtils;
import com.fasterxml.jackson.core.json.PackageVersion;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.ClassFileVersion;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.matcher.ElementMatchers;
import org.jctools.queues.MpscArrayQueue;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/**
 * Says which jar each library comes from and shows that it works, which names of the agent's it can see, and what
 * becomes of a connection to each port that it is given.
 */
public final class Isolation {

    private static final String[] NOT_OURS = {
        "dev/sallyport/agent/Premain.class",
        "dev/sallyport/agent/enforce/GateEnforcer.class",
        "dev/sallyport/policy/Policy.class",
        "dev/sallyport/journal/JournalEntry.class",
        "dev/sallyport/cli/SallyportCommand.class",
        "io/opentelemetry/sdk/OpenTelemetrySdk.class",
        "io/opentelemetry/exporter/otlp/trace/OtlpGrpcSpanExporter.class",
        "okhttp3/OkHttpClient.class",
        "kotlin/Unit.class",
        "META-INF/services/io.opentelemetry.context.ContextStorageProvider"
    };

    private static final Class<?>[] BROUGHT = {
        ByteBuddy.class,
        Load.class,
        Span.class,
        Scope.class,
        CoreUtils.class,
        PackageVersion.class,
        MpscArrayQueue.class,
        CommandLine.class
    };

    private Isolation() {}

    public static void main(String[] ports) throws Exception {
        for (Class<?> type : BROUGHT) {
            System.out.println(type.getName() + " from " + jar(type));
            System.out.println(
                    type.getName() + " copies " + copies(type.getName().replace('.', '/') + ".class"));
        }
        for (String name : NOT_OURS) {
            System.out.println(name + " copies " + copies(name));
        }
        System.out.println("byte-buddy says " + byteBuddy());
        System.out.println("snakeyaml-engine says " + snakeYaml());
        System.out.println("opentelemetry says " + openTelemetry());
        System.out.println("azure-core says " + azureCore());
        System.out.println("jctools says " + jctools());
        System.out.println("picocli says " + CommandLine.VERSION);
        for (String port : ports) {
            System.out.println("port " + port + " " + connect(Integer.parseInt(port)));
        }
    }

    private static String jar(Class<?> type) throws Exception {
        return String.valueOf(
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .getFileName());
    }

    private static int copies(String resource) throws IOException {
        return Collections.list(Isolation.class.getClassLoader().getResources(resource))
                .size();
    }

    private static String byteBuddy() throws ReflectiveOperationException {
        Class<?> type = new ByteBuddy(ClassFileVersion.JAVA_V17)
                .subclass(Object.class)
                .method(ElementMatchers.named("toString"))
                .intercept(FixedValue.value("made by the application's Byte Buddy"))
                .make()
                .load(Isolation.class.getClassLoader())
                .getLoaded();
        return type.getDeclaredConstructor().newInstance().toString();
    }

    private static String snakeYaml() {
        Object read = new Load(LoadSettings.builder().build()).loadFromString("{a: [1, 2]}");
        return String.valueOf(read);
    }

    private static String openTelemetry() {
        SpanContext context = SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getSampled(),
                TraceState.getDefault());
        try (Scope scope = Span.wrap(context).makeCurrent()) {
            return Span.current().getSpanContext().getTraceId() + " "
                    + scope.getClass().isInterface() + " "
                    + GlobalOpenTelemetry.get().getClass().getSimpleName();
        }
    }

    private static String azureCore() {
        return CoreUtils.getProperties("azure-core.properties").get("version") + " "
                + BinaryData.fromObject(Map.of("amount", 1));
    }

    private static String jctools() {
        MpscArrayQueue<String> queue = new MpscArrayQueue<>(4);
        queue.offer("queued");
        return String.valueOf(queue.poll());
    }

    private static String connect(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return "connected " + socket.isConnected();
        } catch (IOException e) {
            return e.getClass().getName();
        }
    }
}
