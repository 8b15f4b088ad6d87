package dev.sallyport.gate;

/**
 * Tells threads that work for one caller from threads that work for all. The threads of a pool outlive the agent whose
 * call happened to start them, so they must not inherit it.
 */
final class Workers {

    /** Work of the JDK that belongs to the one who started its thread; all other work of the JDK is shared. */
    private static final String[] OWN_THREAD_PER_TASK = {
        "java.util.concurrent.ThreadPerTaskExecutor",
        "java.util.concurrent.StructuredTaskScope",
        "java.util.concurrent.FutureTask",
        "java.util.concurrent.CompletableFuture",
        "java.util.concurrent.Executors$",
        "java.lang.ThreadBuilders$BoundVirtualThread"
    };

    /** Packages of pools and event loops, wherever they stand in a name, as many are shaded into others. */
    private static final String[] SHARED = {
        ".dev.sallyport.agent.",
        ".netty.",
        ".kotlinx.coroutines.",
        ".reactor.core.",
        ".io.reactivex.",
        ".io.vertx.",
        ".io.grpc.",
        ".org.eclipse.jetty.",
        ".org.apache.tomcat.",
        ".org.apache.http.",
        ".org.apache.hc.",
        ".org.apache.kafka.",
        ".org.apache.logging.",
        ".ch.qos.logback.",
        ".io.undertow.",
        ".org.xnio.",
        ".org.jboss.threads.",
        ".org.glassfish.grizzly.",
        ".okhttp3.",
        ".okio.",
        ".akka.",
        ".org.apache.pekko.",
        ".scala.concurrent.",
        ".com.zaxxer.hikari.",
        ".com.mongodb.",
        ".com.mysql.",
        ".org.mariadb.",
        ".org.postgresql.",
        ".com.microsoft.sqlserver.",
        ".oracle.jdbc.",
        ".com.lmax.disruptor.",
        ".com.hazelcast.",
        ".net.sf.ehcache.",
        ".org.quartz.",
        ".software.amazon.awssdk.",
        ".com.amazonaws.",
        ".com.azure.core.",
        ".com.rabbitmq.",
        ".org.asynchttpclient.",
        ".com.linecorp.armeria.",
        ".io.helidon.",
        ".io.ktor.",
        ".io.opentelemetry.",
        ".com.google.common.util.concurrent."
    };

    private Workers() {}

    /** Returns whether a thread that runs {@code work} (its task's class, or its own) serves whoever comes. */
    static boolean serveAll(Class<?> work) {
        ClassLoader loader = work.getClassLoader();
        String name = work.getName();
        if (loader == null || loader == ClassLoader.getPlatformClassLoader()) {
            for (String own : OWN_THREAD_PER_TASK) {
                if (name.startsWith(own)) {
                    return false;
                }
            }
            return true;
        }
        String dotted = '.' + name;
        for (String shared : SHARED) {
            if (dotted.contains(shared)) {
                return true;
            }
        }
        return false;
    }
}
