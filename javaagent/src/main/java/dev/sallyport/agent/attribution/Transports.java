package dev.sallyport.agent.attribution;

import dev.sallyport.policy.Library;
import org.jspecify.annotations.Nullable;

/**
 * The clients that make calls on behalf of another library: what stands before the one that is to be named. A copy that was
 * packed into another jar is that jar.
 */
final class Transports {

    /**
     * Client libraries: the beginning of a package, the beginnings of the groups that publish it, and the beginnings of the
     * names of their jars, which count where a jar tells no coordinates.
     */
    private static final String[][] LIBRARIES = {
        {"okhttp3.", "com.squareup.okhttp", "okhttp", "logging-interceptor"},
        {"okio.", "com.squareup.okio", "okio"},
        {"retrofit2.", "com.squareup.retrofit", "retrofit", "converter-", "adapter-"},
        {"feign.", "io.github.openfeign", "feign-"},
        {"org.apache.http.", "org.apache.httpcomponents", "httpclient", "httpcore", "httpasyncclient", "fluent-hc"},
        {"org.apache.hc.", "org.apache.httpcomponents", "httpclient5", "httpcore5"},
        {"io.netty.", "io.netty", "netty-"},
        {"reactor.", "io.projectreactor", "reactor-"},
        {"io.projectreactor.", "io.projectreactor", "reactor-"},
        {"org.eclipse.jetty.", "org.eclipse.jetty", "jetty-"},
        {"io.grpc.", "io.grpc", "grpc-"},
        {"io.vertx.", "io.vertx", "vertx-"},
        {"org.asynchttpclient.", "org.asynchttpclient", "async-http-client"},
        {"com.linecorp.armeria.", "com.linecorp.armeria", "armeria"},
        {"io.helidon.webclient.", "io.helidon", "helidon-"},
        {"io.ktor.", "io.ktor", "ktor-"},
        {"kotlinx.coroutines.", "org.jetbrains.kotlinx", "kotlinx-coroutines"},
        {"org.glassfish.jersey.", "org.glassfish.jersey", "jersey-"},
        {"com.google.api.client.http.", "com.google.http-client", "google-http-client"},
        {
            "software.amazon.awssdk.http.",
            "software.amazon.awssdk",
            "http-client-spi",
            "apache-client",
            "apache5-client",
            "netty-nio-client",
            "url-connection-client",
            "aws-crt-client"
        },
        {"com.azure.core.http.", "com.azure", "azure-core"},
        {"org.springframework.http.client.", "org.springframework", "spring-web"},
        {"org.springframework.web.client.", "org.springframework", "spring-web"},
        {"org.springframework.web.reactive.function.client.", "org.springframework", "spring-webflux"},
        {"dev.langchain4j.http.client.", "dev.langchain4j", "langchain4j-http-client"},
    };

    private static final ClassValue<Boolean> TRANSPORT = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            String name = type.getName();
            for (String[] library : LIBRARIES) {
                if (name.startsWith(library[0]) && publishes(library, Libraries.of(type))) {
                    return Boolean.TRUE;
                }
            }
            return Boolean.FALSE;
        }
    };

    /** Whether a class comes from where the client library does: a package alone is anybody's. */
    static boolean publishes(String[] library, Library source) {
        String group = source.group();
        if (group != null) {
            return group.startsWith(library[1]);
        }
        for (int i = 2; i < library.length; i++) {
            if (source.artifact().startsWith(library[i])) {
                return true;
            }
        }
        return false;
    }

    private Transports() {}

    /** Returns whether a class belongs to a client library. */
    static boolean isLibrary(Class<?> type) {
        return TRANSPORT.get(type);
    }

    /** Returns the client that a JDK class belongs to, or null if it is none. */
    static @Nullable String ofJdk(String className) {
        if (className.startsWith("jdk.internal.net.http.")) {
            return "java.net.http";
        }
        if (className.startsWith("sun.net.www.protocol.http")) {
            return "java.net.HttpURLConnection";
        }
        if (className.startsWith("com.sun.jndi.")) {
            return "java.naming";
        }
        if (className.startsWith("sun.rmi.")) {
            return "java.rmi";
        }
        return null;
    }

    /** Returns whether a JDK class is one in which an HTTP client opens its connections. */
    static boolean isConnecting(String className) {
        return className.equals("sun.net.NetworkClient")
                || className.equals("jdk.internal.net.http.PlainHttpConnection");
    }
}
