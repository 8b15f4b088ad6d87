package com.example.exits;

import dev.sallyport.AgentScope;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What hostile code might try that has nothing but the JDK and the API. The first argument names the trick. */
public final class Tricks {

    private Tricks() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "selector" -> selector(args[1], Integer.parseInt(args[2]));
            case "closing" -> closing(Integer.parseInt(args[1]));
            case "datagram" -> datagram(Integer.parseInt(args[1]));
            case "start" -> start(args[1]);
            case "hidden" -> hidden(Integer.parseInt(args[1]));
            case "header" -> header(args[1]);
            case "properties" -> properties(args[1], args[2]);
            case "framed" -> framed(URI.create(args[1]));
            case "interrupt" -> interrupt(Path.of(args[1]), args[2], Integer.parseInt(args[3]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** Opens a socket of its own while a client asks it for a proxy for a request that is allowed. */
    private static void selector(String host, int port) throws IOException {
        during(() -> connect(host, port));
        request(new URL("http://" + host + ":" + port + "/allowed"));
    }

    /** Closes an agent's scope while a request of that agent is under way. */
    @SuppressWarnings("try")
    private static void closing(int port) throws IOException {
        try (AgentScope boss = AgentScope.enter("boss");
                AgentScope worker = AgentScope.enter("worker")) {
            AgentScope own = AgentScope.enter("worker");
            during(own::close);
            request(new URL("http://127.0.0.1:" + port + "/"));
            System.out.println(AgentScope.current());
        }
    }

    private static void datagram(int port) throws IOException {
        System.setProperty("jdk.net.usePlainDatagramSocketImpl", "true");
        InetAddress target = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(new byte[1], 1, target, port));
            System.out.println("sent");
        } catch (IOException e) {
            System.out.println(e.getClass().getName());
        }
    }

    private static void start(String program) throws InterruptedException {
        try {
            new ProcessBuilder(program).inheritIO().start().waitFor();
        } catch (IOException e) {
            System.out.println("refused");
        }
    }

    /** Has the code that connects in a class that stack traces leave out. */
    private static void hidden(int port) throws Exception {
        try (InputStream in = Tricks.class.getResourceAsStream("Tricks$Connecting.class")) {
            Class<?> type = MethodHandles.lookup()
                    .defineHiddenClass(in.readAllBytes(), true)
                    .lookupClass();
            Runnable connecting =
                    (Runnable) type.getDeclaredConstructor(int.class).newInstance(port);
            connecting.run();
        }
    }

    static final class Connecting implements Runnable {

        private final int port;

        Connecting(int port) {
            this.port = port;
        }

        @Override
        public void run() {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                System.out.println("connected " + socket.isConnected());
            } catch (IOException e) {
                System.out.println(e.getClass().getName());
            }
        }
    }

    private static void header(String url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.addRequestProperty("X-Tenant", "other");
        connection.addRequestProperty("X-Tenant", "acme");
        status(connection);
        HttpURLConnection credentials = (HttpURLConnection) new URL(url).openConnection();
        credentials.addRequestProperty("X-Tenant", "acme");
        credentials.addRequestProperty("Authorization", "Bearer stolen");
        status(credentials);
    }

    private static void status(HttpURLConnection connection) {
        try {
            System.out.println(connection.getResponseCode());
        } catch (IOException e) {
            System.out.println(e.getClass().getName());
        }
    }

    /** Has a proxy that only the JDK is told of. */
    private static void properties(String proxyPort, String target) {
        Properties properties = new Properties() {

            private static final long serialVersionUID = 1L;

            @Override
            public @Nullable String getProperty(String key) {
                return switch (key) {
                    case "socksProxyHost" -> isAskedByJdk() ? "localhost" : null;
                    case "socksProxyPort" -> proxyPort;
                    default -> super.getProperty(key);
                };
            }
        };
        properties.putAll(System.getProperties());
        System.setProperties(properties);
        try (Socket socket = new Socket()) {
            socket.connect(InetSocketAddress.createUnresolved(target, 443), 10_000);
        } catch (IOException e) {
            System.out.println(e.getClass().getName());
        }
    }

    private static boolean isAskedByJdk() {
        for (StackTraceElement frame : new Throwable().getStackTrace()) {
            if (frame.getClassName().startsWith("dev.sallyport.agent.")) {
                return false;
            }
        }
        return true;
    }

    /** Says itself where a body ends, so that what comes behind is another request; then names another host. */
    private static void framed(URI uri) throws InterruptedException {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,content-length");
        HttpClient client = HttpClient.newHttpClient();
        String other = "DELETE /other HTTP/1.1\r\nHost: x\r\n\r\n";
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1);
        send(
                client,
                request.copy()
                        .header("Content-Length", "0")
                        .POST(HttpRequest.BodyPublishers.ofString(other))
                        .build());
        send(client, request.copy().header("Host", "other.example").build());
    }

    private static void send(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            System.out.println(
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        } catch (IOException e) {
            System.out.println(String.valueOf(e.getMessage()).contains("DENIED") ? "denied" : e);
        }
    }

    /** Interrupts every thread that it finds, and has the policy changed then. */
    @SuppressWarnings("try")
    private static void interrupt(Path policy, String text, int port) throws Exception {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("sallyport")) {
                thread.interrupt();
            }
        }
        Files.writeString(policy, Files.readString(Path.of(text)));
        for (int i = 0; i < 500; i++) {
            try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
                Thread.sleep(10);
            } catch (IOException e) {
                System.out.println(e.getClass().getName());
                return;
            }
        }
        System.out.println("never refused");
    }

    private static void connect(String host, int port) {
        try (Socket socket = new Socket(host, port)) {
            System.out.println("connected " + socket.isConnected());
        } catch (IOException e) {
            System.out.println(e.getClass().getName());
        }
    }

    private static void request(URL url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        try {
            connection.connect();
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        } finally {
            connection.disconnect();
        }
    }

    private static void during(Runnable trick) {
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                if (uri.getScheme().equals("socket")) {
                    return List.of(Proxy.NO_PROXY);
                }
                trick.run();
                throw new IllegalStateException("selected");
            }

            @Override
            public void connectFailed(@Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException e) {}
        });
    }
}
