package com.example.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.AgentScope;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes requests that it reads line by line from the standard input: {@code CLIENT WIRING AGENT METHOD URL}, separated by
 * tabs, the agent {@code -} for none, the wiring as {@link Wiring#of} has it. All lines with the same client and wiring
 * share one client. Each is answered by one line:
 *
 * <pre>
 * OUT 200
 * OUT java.util.concurrent.ExecutionException &lt;- dev.sallyport.EgressDeniedException
 * OUT no answer
 * </pre>
 */
public final class Requests {

    private static final int PATIENCE_SECONDS = 20;

    private final Map<String, ClientKind> kinds = new HashMap<>();
    private final Map<String, Client> clients = new HashMap<>();
    private final ExecutorService callers = Executors.newCachedThreadPool();

    private Requests() {
        for (ClientKind kind : ServiceLoader.load(ClientKind.class)) {
            kinds.put(kind.name(), kind);
        }
    }

    public static void main(String[] args) throws Exception {
        Requests requests = new Requests();
        PrintStream out = System.out;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split("\t", -1);
            out.println("OUT " + requests.answer(words[0], words[1], words[2], words[3], URI.create(words[4])));
            out.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private String answer(String name, String wiring, String agent, String method, URI url) throws Exception {
        Future<Integer> answer = callers.submit(() -> send(client(name, wiring), agent, method, url));
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).toString();
        } catch (ExecutionException e) {
            return chain(e.getCause());
        } catch (TimeoutException e) {
            return "no answer";
        }
    }

    private synchronized Client client(String name, String wiring) throws Exception {
        Client client = clients.get(name + ' ' + wiring);
        if (client == null) {
            ClientKind kind = kinds.get(name);
            if (kind == null) {
                throw new IllegalArgumentException("no client is called " + name);
            }
            client = kind.client(Wiring.of(wiring));
            clients.put(name + ' ' + wiring, client);
        }
        return client;
    }

    @SuppressWarnings("try")
    private static int send(Client client, String agent, String method, URI url) throws Exception {
        if (agent.equals("-")) {
            return client.send(method, url);
        }
        try (AgentScope scope = AgentScope.enter(agent)) {
            return client.send(method, url);
        }
    }

    private static String chain(Throwable thrown) {
        StringBuilder names = new StringBuilder();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            names.append(names.length() == 0 ? "" : " <- ").append(t.getClass().getName());
        }
        boolean refused = names.indexOf("dev.sallyport.") >= 0;
        return refused
                ? names.toString()
                : names + ": " + String.valueOf(thrown).replace('\n', ' ');
    }
}
