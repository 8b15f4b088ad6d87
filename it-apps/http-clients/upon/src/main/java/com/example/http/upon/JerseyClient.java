package com.example.http.upon;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.Entity;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.Response;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import org.glassfish.jersey.client.ClientConfig;
import org.glassfish.jersey.client.HttpUrlConnectorProvider;

/** Jersey's client, on {@code HttpURLConnection}. */
public final class JerseyClient implements ClientKind {

    @Override
    public String name() {
        return "jersey";
    }

    @Override
    public Client client(Wiring wiring) {
        Proxy proxy = wiring.resolvedProxy();
        HttpUrlConnectorProvider connector = new HttpUrlConnectorProvider();
        if (proxy != null) {
            connector.connectionFactory(url -> (HttpURLConnection) url.openConnection(proxy));
        }
        jakarta.ws.rs.client.Client client = ClientBuilder.newClient(new ClientConfig().connectorProvider(connector));
        return (method, url) -> send(client, method, url);
    }

    private static int send(jakarta.ws.rs.client.Client client, String method, URI url) {
        Invocation.Builder request = client.target(url).request();
        try (Response response = method.equals("POST") ? request.post(Entity.text("body")) : request.method(method)) {
            response.readEntity(String.class);
            return response.getStatus();
        }
    }
}
