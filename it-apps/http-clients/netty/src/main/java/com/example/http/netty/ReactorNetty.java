package com.example.http.netty;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.URI;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.transport.ProxyProvider;

/** Reactor Netty's {@link HttpClient}. */
public final class ReactorNetty implements ClientKind {

    @Override
    public String name() {
        return "reactor-netty";
    }

    @Override
    public Client client(Wiring wiring) {
        HttpClient client = httpClient(wiring);
        return (method, url) -> send(client, method, url);
    }

    /** Returns a client that uses the JDK's resolver, which the tests give its names. */
    static HttpClient httpClient(Wiring wiring) {
        HttpClient client = HttpClient.create()
                .resolver(DefaultAddressResolverGroup.INSTANCE)
                .followRedirect(true);
        if (wiring.proxy() != null) {
            client = client.proxy(spec -> spec.type(ProxyProvider.Proxy.HTTP).socketAddress(wiring.proxy()));
        }
        return wiring.http2() ? client.protocol(HttpProtocol.H2C) : client;
    }

    private static int send(HttpClient client, String method, URI url) {
        Mono<String> body = method.equals("POST") ? Mono.just("body") : Mono.empty();
        Integer status = client.request(HttpMethod.valueOf(method))
                .uri(url)
                .send(ByteBufFlux.fromString(Flux.from(body)))
                .responseSingle((response, content) -> content.asString()
                        .defaultIfEmpty("")
                        .thenReturn(response.status().code()))
                .block();
        return status == null ? -1 : status;
    }
}
