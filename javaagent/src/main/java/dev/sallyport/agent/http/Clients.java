package dev.sallyport.agent.http;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import java.util.List;

/** The HTTP clients whose requests are seen: the table that a reviewer reads. */
public final class Clients {

    private Clients() {}

    /** Returns a guard for each client that is part of the JDK. */
    public static List<Guard> all(Enforcement enforcement) {
        return List.of(new HttpUrlConnection(enforcement), new JavaNetHttp(enforcement));
    }

    /**
     * Returns the clients that are libraries: the guard of each, and the classes that it stands at, as ends of their names
     * ({@link dev.sallyport.agent.weave.JoinPoint#onLibrary}).
     */
    public static String[][] inLibraries() {
        return new String[][] {
            {
                "dev.sallyport.agent.http.OkHttp",
                "okhttp3/RealCall",
                "okhttp3/internal/connection/RealCall",
                "okhttp3/internal/connection/ConnectInterceptor",
                "okhttp3/internal/http/CallServerInterceptor",
                "okhttp3/internal/connection/StreamAllocation",
                "okhttp3/internal/connection/Transmitter",
                "okhttp3/internal/connection/ConnectPlan",
            },
        };
    }
}
