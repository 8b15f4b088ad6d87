package com.example.exits;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.rmi.registry.LocateRegistry;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.logging.SocketHandler;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import javax.naming.Context;
import javax.naming.directory.InitialDirContext;
import javax.net.ssl.SSLSocketFactory;
import javax.xml.parsers.DocumentBuilderFactory;
import org.xml.sax.InputSource;

/** The ways out that end in a TCP connect. The target is {@code address:port}. */
final class TcpExits {

    private TcpExits() {}

    static void addTo(Map<String, Exit> exits) {
        exits.put("Socket", TcpExits::socket);
        exits.put("Socket.connect", TcpExits::socketConnect);
        exits.put("SSLSocket", TcpExits::sslSocket);
        exits.put("SocketChannel", TcpExits::socketChannel);
        exits.put("SocketChannel, non-blocking", TcpExits::nonBlockingSocketChannel);
        exits.put("SocketChannel.socket", TcpExits::socketOfChannel);
        exits.put("AsynchronousSocketChannel", TcpExits::asynchronousSocketChannel);
        exits.put("AsynchronousSocketChannel, handler", TcpExits::asynchronousSocketChannelWithHandler);
        exits.put("HttpClient.send", TcpExits::httpClientSend);
        exits.put("HttpClient.sendAsync", TcpExits::httpClientSendAsync);
        exits.put("URL.openStream", TcpExits::urlOpenStream);
        exits.put("HttpURLConnection", TcpExits::httpUrlConnection);
        exits.put("HttpURLConnection through a proxy", TcpExits::httpUrlConnectionThroughProxy);
        exits.put("jar:http URL", TcpExits::jarUrl);
        exits.put("URLClassLoader", TcpExits::urlClassLoader);
        exits.put("ftp URL", TcpExits::ftpUrl);
        exits.put("RMI registry", TcpExits::rmiRegistry);
        exits.put("JMX connector", TcpExits::jmxConnector);
        exits.put("LDAP", TcpExits::ldap);
        exits.put("XML external DTD", TcpExits::xmlExternalDtd);
        exits.put("logging SocketHandler", TcpExits::loggingSocketHandler);
    }

    private static void socket(String target) throws IOException {
        InetSocketAddress to = Targets.address(target);
        new Socket(to.getAddress(), to.getPort()).close();
    }

    private static void socketConnect(String target) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(Targets.address(target), 10_000);
        }
    }

    private static void sslSocket(String target) throws IOException {
        InetSocketAddress to = Targets.address(target);
        SSLSocketFactory.getDefault()
                .createSocket(to.getAddress(), to.getPort())
                .close();
    }

    private static void socketChannel(String target) throws IOException {
        SocketChannel.open(Targets.address(target)).close();
    }

    private static void nonBlockingSocketChannel(String target) throws IOException {
        try (Selector selector = Selector.open();
                SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            if (!channel.connect(Targets.address(target))) {
                channel.register(selector, SelectionKey.OP_CONNECT);
                selector.select(10_000);
                if (!channel.finishConnect()) {
                    throw new IOException("no connection within 10 s");
                }
            }
        }
    }

    private static void socketOfChannel(String target) throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.socket().connect(Targets.address(target), 10_000);
        }
    }

    private static void asynchronousSocketChannel(String target) throws Exception {
        try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
            channel.connect(Targets.address(target)).get(10, SECONDS);
        }
    }

    private static void asynchronousSocketChannelWithHandler(String target) throws Exception {
        CompletableFuture<Boolean> connected = new CompletableFuture<>();
        try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
            channel.connect(Targets.address(target), connected, new CompletionHandler<>() {
                @Override
                public void completed(Void result, CompletableFuture<Boolean> attachment) {
                    attachment.complete(Boolean.TRUE);
                }

                @Override
                public void failed(Throwable e, CompletableFuture<Boolean> attachment) {
                    attachment.completeExceptionally(e);
                }
            });
            connected.get(10, SECONDS);
        }
    }

    private static void httpClientSend(String target) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(http(target)).build();
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static void httpClientSendAsync(String target) throws Throwable {
        HttpRequest request = HttpRequest.newBuilder(http(target)).build();
        try {
            HttpClient.newHttpClient()
                    .sendAsync(request, BodyHandlers.ofString())
                    .get(10, SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static void urlOpenStream(String target) throws IOException {
        try (InputStream in = http(target).toURL().openStream()) {
            in.readAllBytes();
        }
    }

    private static void httpUrlConnection(String target) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) http(target).toURL().openConnection();
        connection.getResponseCode();
        connection.disconnect();
    }

    private static void httpUrlConnectionThroughProxy(String target) throws IOException {
        Proxy proxy = new Proxy(Proxy.Type.HTTP, Targets.address(target));
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://192.0.2.1/").toURL().openConnection(proxy);
        connection.getResponseCode();
        connection.disconnect();
    }

    private static void jarUrl(String target) throws IOException {
        try (InputStream in =
                URI.create("jar:" + http(target) + "!/entry").toURL().openStream()) {
            in.readAllBytes();
        }
    }

    private static void urlClassLoader(String target) throws IOException {
        URL directory = URI.create("http://" + target + "/classes/").toURL();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {directory}, null);
                InputStream in = loader.getResourceAsStream("Elsewhere.class")) {
            if (in == null) {
                throw new IOException("nothing came");
            }
        }
    }

    private static void ftpUrl(String target) throws IOException {
        URI.create("ftp://" + target + "/file").toURL().openStream().close();
    }

    private static void rmiRegistry(String target) throws Exception {
        InetSocketAddress to = Targets.address(target);
        LocateRegistry.getRegistry(to.getHostString(), to.getPort()).lookup("anything");
    }

    @SuppressWarnings("BanJNDI") // the danger is the point
    private static void jmxConnector(String target) throws IOException {
        JMXConnectorFactory.connect(new JMXServiceURL("service:jmx:rmi:///jndi/rmi://" + target + "/jmxrmi"))
                .close();
    }

    @SuppressWarnings({"BanJNDI", "JdkObsolete"}) // the danger is the point; JNDI asks for a Hashtable
    private static void ldap(String target) throws Exception {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        environment.put(Context.PROVIDER_URL, "ldap://" + target);
        new InitialDirContext(environment).close();
    }

    private static void xmlExternalDtd(String target) throws Exception {
        String document = "<!DOCTYPE a SYSTEM \"" + http(target) + "\"><a/>";
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(document)));
    }

    private static void loggingSocketHandler(String target) throws IOException {
        InetSocketAddress to = Targets.address(target);
        new SocketHandler(to.getHostString(), to.getPort()).close();
    }

    private static URI http(String target) {
        return URI.create("http://" + target + "/far-end");
    }
}
