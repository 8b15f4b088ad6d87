package com.example.http.netty;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.proxy.ProxyConfig;
import com.linecorp.armeria.client.redirect.RedirectConfig;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import io.netty.resolver.DefaultAddressResolverGroup;

/** Armeria. */
public final class Armeria implements ClientKind {

    @Override
    public String name() {
        return "armeria";
    }

    @Override
    public Client client(Wiring wiring) {
        ClientFactoryBuilder factory = ClientFactory.builder()
                .addressResolverGroupFactory(loops -> DefaultAddressResolverGroup.INSTANCE)
                .preferHttp1(!wiring.http2())
                .useHttp2Preface(wiring.http2());
        if (wiring.proxy() != null) {
            factory.proxyConfig(ProxyConfig.connect(wiring.proxy()));
        }
        WebClient client = WebClient.builder()
                .factory(factory.build())
                .followRedirects(RedirectConfig.builder().allowAllDomains().build())
                .build();
        return (method, url) -> send(client, method, url.toString());
    }

    private static int send(WebClient client, String method, String url) {
        RequestHeaders headers = RequestHeaders.of(HttpMethod.valueOf(method), url);
        HttpData body = method.equals("POST") ? HttpData.ofUtf8("body") : HttpData.empty();
        return client.execute(HttpRequest.of(headers, body))
                .aggregate()
                .join()
                .status()
                .code();
    }
}
