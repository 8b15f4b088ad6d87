package dev.sallyport.it;

import static dev.sallyport.it.HttpClientRow.Ability.HTTP1;
import static dev.sallyport.it.HttpClientRow.Ability.HTTP2;
import static dev.sallyport.it.HttpClientRow.Ability.PROXY;
import static dev.sallyport.it.HttpClientRow.Ability.REDIRECTS;
import static dev.sallyport.it.HttpClientRow.Ability.SOCKS;

import java.util.List;

/**
 * A client of the program {@code http-clients}: one row of the battery.
 *
 * @param name what the program calls it
 * @param module the module below {@code it-apps/http-clients} that has it
 * @param abilities what it can do, and so what is tried with it
 */
record HttpClientRow(String name, String module, List<Ability> abilities) {

    /** What not every client can do. */
    enum Ability {
        /** Speaks HTTP/1.1 and can choose its method; the others are gRPC's. */
        HTTP1,
        /** Follows redirects. */
        REDIRECTS,
        /** Goes through an HTTP proxy that it is told. */
        PROXY,
        /** Goes through a SOCKS proxy that it is told. */
        SOCKS,
        /** Speaks HTTP/2 over plain TCP. */
        HTTP2
    }

    /** All of them: the table that a reviewer reads. */
    static final List<HttpClientRow> ALL = List.of(
            row("url", "jdk", HTTP1, REDIRECTS, PROXY, SOCKS),
            row("send", "jdk", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("sendAsync", "jdk", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("okhttp", "okhttp", HTTP1, REDIRECTS, PROXY, SOCKS, HTTP2),
            row("okhttp-enqueued", "okhttp", HTTP1, REDIRECTS, PROXY, SOCKS, HTTP2),
            row("okhttp", "okhttp3", HTTP1, REDIRECTS, PROXY, SOCKS, HTTP2),
            row("okhttp-enqueued", "okhttp3", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("okhttp", "okhttp5", HTTP1, REDIRECTS, PROXY, SOCKS, HTTP2),
            row("okhttp-enqueued", "okhttp5", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("apache5", "classic", HTTP1, REDIRECTS, PROXY, SOCKS),
            row("apache5-async", "classic", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("apache4", "classic", HTTP1, REDIRECTS, PROXY),
            row("apache4-async", "classic", HTTP1, REDIRECTS, PROXY),
            row("jetty", "classic", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("helidon", "helidon", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("aws-url", "classic", HTTP1, PROXY),
            row("aws-apache", "classic", HTTP1, PROXY),
            row("reactor-netty", "netty", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("webclient", "netty", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("async-http-client", "netty", HTTP1, REDIRECTS, PROXY),
            row("vertx", "netty", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("armeria", "netty", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("aws-netty", "netty", HTTP1, PROXY, HTTP2),
            row("grpc", "netty", HTTP2),
            row("grpc-okhttp", "netty", HTTP2),
            row("vertx5", "vertx5", HTTP1, REDIRECTS, PROXY, HTTP2),
            row("ktor-cio", "ktor", HTTP1, REDIRECTS, PROXY),
            row("retrofit", "upon", HTTP1, REDIRECTS, PROXY, SOCKS),
            row("feign", "upon", HTTP1, REDIRECTS, PROXY),
            row("jersey", "upon", HTTP1, REDIRECTS, PROXY),
            row("google-http", "upon", HTTP1, REDIRECTS, PROXY),
            row("rest-template", "upon", HTTP1, REDIRECTS, PROXY),
            row("rest-client", "upon", HTTP1, REDIRECTS, PROXY),
            row("apache5-packed", "upon", HTTP1, REDIRECTS, PROXY));

    /** Returns whether it runs on a JDK: Helidon's class files are of 21. */
    boolean runsOn(Jdk jdk) {
        return !module.equals("helidon") || jdk.feature() >= 21;
    }

    boolean can(Ability ability) {
        return abilities.contains(ability);
    }

    @Override
    public String toString() {
        return name.equals(module) || module.equals("jdk") ? name : name + " in " + module;
    }

    private static HttpClientRow row(String name, String module, Ability... abilities) {
        return new HttpClientRow(name, module, List.of(abilities));
    }
}
