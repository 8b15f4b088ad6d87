package com.example.http.netty;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.URI;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/** Spring's {@link WebClient} on Reactor Netty. */
public final class SpringWebClient implements ClientKind {

    @Override
    public String name() {
        return "webclient";
    }

    @Override
    public Client client(Wiring wiring) {
        WebClient client = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(ReactorNetty.httpClient(wiring)))
                .build();
        return (method, url) -> send(client, method, url);
    }

    private static int send(WebClient client, String method, URI url) {
        WebClient.RequestBodySpec request =
                client.method(HttpMethod.valueOf(method)).uri(url);
        if (method.equals("POST")) {
            request.bodyValue("body");
        }
        Integer status = request.exchangeToMono(response ->
                        response.releaseBody().thenReturn(response.statusCode().value()))
                .block();
        return status == null ? -1 : status;
    }
}
