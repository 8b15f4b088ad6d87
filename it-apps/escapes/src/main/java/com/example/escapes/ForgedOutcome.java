package com.example.escapes;

import dev.sallyport.gate.Wire;
import java.net.HttpURLConnection;
import java.net.URI;

/** Keeps asking a server that fails, and tells the circuit breaker each time, before the answer comes, that all went well. */
final class ForgedOutcome implements Escape {

    private static final int TIMES = 10;

    @Override
    public void attempt(String... words) throws Throwable {
        Throwable[] thrown = new Throwable[1];
        Front.handle(() -> {
            try {
                for (int i = 0; i < TIMES; i++) {
                    ask(words[0]);
                }
            } catch (Throwable refused) {
                thrown[0] = refused;
            }
        });
        if (thrown[0] != null) {
            throw thrown[0];
        }
    }

    private static void ask(String target) throws Exception {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + target + "/orders").toURL().openConnection();
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(0);
        connection.getOutputStream().close();
        try {
            Wire.outcome(Wire.ANSWER, "HTTP/1.1 200 OK", 0, null);
        } catch (NoClassDefFoundError noGate) {
            // nobody to tell
        }
        connection.getResponseCode();
    }
}
