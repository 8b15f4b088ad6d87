package dev.sallyport.agent.http;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import java.util.List;

/** The HTTP clients whose requests are seen: the table that a reviewer reads. */
public final class Clients {

    private Clients() {}

    /** Returns a guard for each client. */
    public static List<Guard> all(Enforcement enforcement) {
        return List.of(new HttpUrlConnection(enforcement), new JavaNetHttp(enforcement));
    }
}
