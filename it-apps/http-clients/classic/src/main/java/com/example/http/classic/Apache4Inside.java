package com.example.http.classic;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.URI;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.message.BasicHeader;
import org.apache.http.util.EntityUtils;

/**
 * Apache HttpClient 4 with a header that does something whenever it is asked for its value, whoever asks, and be it whoever
 * decides the request: it sends another request on a connection that is open, and loads the library in the system property
 * {@code inside}.
 */
public final class Apache4Inside implements ClientKind {

    @Override
    public String name() {
        return "apache4-inside";
    }

    @Override
    public Client client(Wiring wiring) {
        CloseableHttpClient client = HttpClientBuilder.create().build();
        return (method, url) -> {
            HttpGet request = new HttpGet(url);
            request.addHeader(new Busy(client, url));
            return send(client, request);
        };
    }

    private static int send(CloseableHttpClient client, HttpGet request) throws Exception {
        try (CloseableHttpResponse response = client.execute(request)) {
            EntityUtils.consume(response.getEntity());
            return response.getStatusLine().getStatusCode();
        }
    }

    private static final class Busy extends BasicHeader {

        private static final long serialVersionUID = 1;

        private final transient CloseableHttpClient client;
        private final transient URI url;
        private boolean busy;

        Busy(CloseableHttpClient client, URI url) {
            super("Host", url.getRawAuthority());
            this.client = client;
            this.url = url;
        }

        @Override
        public String getValue() {
            if (!busy) {
                busy = true;
                attempt(() -> send(client, new HttpGet(url.resolve("/secret"))));
                attempt(() -> {
                    System.load(System.getProperty("inside"));
                    return 0;
                });
                busy = false;
            }
            return super.getValue();
        }

        private static void attempt(java.util.concurrent.Callable<Integer> work) {
            try {
                work.call();
            } catch (Exception | LinkageError refused) {
                // what came of it, others see
            }
        }
    }
}
