package dev.sallyport.agent.attribution;

import org.jspecify.annotations.Nullable;

/** The clients that make calls on behalf of another library: what stands before the one that is to be named. */
final class Transports {

    /** Package prefixes of client libraries. */
    private static final String[] LIBRARIES = {
        "okhttp3.",
        "okio.",
        "retrofit2.",
        "feign.",
        "org.apache.http.",
        "org.apache.hc.",
        "io.netty.",
        "reactor.",
        "io.projectreactor.",
        "org.eclipse.jetty.",
        "io.grpc.",
        "io.vertx.",
        "org.asynchttpclient.",
        "com.linecorp.armeria.",
        "io.helidon.webclient.",
        "io.ktor.",
        "kotlinx.coroutines.",
        "org.glassfish.jersey.",
        "com.google.api.client.http.",
        "software.amazon.awssdk.http.",
        "com.azure.core.http.",
        "org.springframework.http.client.",
        "org.springframework.web.client.",
        "org.springframework.web.reactive.function.client.",
        "dev.langchain4j.http.client.",
    };

    private static final ClassValue<Boolean> TRANSPORT = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            String name = type.getName();
            for (String prefix : LIBRARIES) {
                if (name.startsWith(prefix)) {
                    return Boolean.TRUE;
                }
            }
            return Boolean.FALSE;
        }
    };

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
