package com.example.http.upon;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import feign.Feign;
import feign.RequestLine;
import feign.Response;
import feign.Retryer;
import feign.Target;
import java.net.Proxy;
import java.net.URI;

/** Feign, on {@code HttpURLConnection}. */
public final class FeignClient implements ClientKind {

    /** Any server. */
    public interface Service {

        @RequestLine("GET ")
        Response get(URI url);

        @RequestLine("POST ")
        Response post(URI url, String body);
    }

    @Override
    public String name() {
        return "feign";
    }

    @Override
    public Client client(Wiring wiring) {
        Proxy proxy = wiring.resolvedProxy();
        Service service = Feign.builder()
                .client(
                        proxy == null
                                ? new feign.Client.Default(null, null)
                                : new feign.Client.Proxied(null, null, proxy))
                .retryer(Retryer.NEVER_RETRY)
                .target(Target.EmptyTarget.create(Service.class));
        return (method, url) -> send(service, method, url);
    }

    private static int send(Service service, String method, URI url) throws Exception {
        try (Response response = method.equals("POST") ? service.post(url, "body") : service.get(url)) {
            response.body().asInputStream().readAllBytes();
            return response.status();
        }
    }
}
