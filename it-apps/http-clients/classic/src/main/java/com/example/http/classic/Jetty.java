package com.example.http.classic;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.HttpClientTransportOverHTTP2;

/** Jetty's client. */
public final class Jetty implements ClientKind {

    @Override
    public String name() {
        return "jetty";
    }

    @Override
    public Client client(Wiring wiring) throws Exception {
        HttpClient client =
                wiring.http2() ? new HttpClient(new HttpClientTransportOverHTTP2(new HTTP2Client())) : new HttpClient();
        if (wiring.proxy() != null) {
            client.getProxyConfiguration()
                    .addProxy(new HttpProxy(
                            wiring.proxy().getHostString(), wiring.proxy().getPort()));
        }
        client.start();
        return (method, url) -> {
            Request request = client.newRequest(url).method(method);
            if (method.equals("POST")) {
                request.body(new StringRequestContent("body"));
            }
            return request.send().getStatus();
        };
    }
}
