package com.example.http.upon;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.Proxy;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestTemplate;

/** Spring's {@link RestTemplate}, on {@code HttpURLConnection}. */
public final class SpringRestTemplate implements ClientKind {

    @Override
    public String name() {
        return "rest-template";
    }

    @Override
    public Client client(Wiring wiring) {
        SimpleClientHttpRequestFactory transport = new SimpleClientHttpRequestFactory();
        Proxy proxy = wiring.resolvedProxy();
        if (proxy != null) {
            transport.setProxy(proxy);
        }
        RestTemplate template = new RestTemplate(transport);
        return (method, url) -> template.exchange(
                        url,
                        HttpMethod.valueOf(method),
                        method.equals("POST") ? new HttpEntity<>("body") : null,
                        String.class)
                .getStatusCode()
                .value();
    }
}
