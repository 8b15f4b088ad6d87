package com.example.escapes;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.InitialContext;

/** Takes no for an answer to one question only: catches the refusal and tries the next way to the same place. */
final class OtherExits implements Escape {

    private static final List<Escape> WAYS = List.of(
            words -> Target.connect(words[0]),
            words -> new Socket("127.0.0.1", port(words[0])).close(),
            words -> SocketChannel.open(Target.of(words[0])).close(),
            words -> {
                try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
                    channel.connect(Target.of(words[0])).get();
                }
            },
            words -> open("http://" + words[0] + "/"),
            words -> open("jar:http://" + words[0] + "/x.jar!/x"),
            words -> open("ftp://" + words[0] + "/x"),
            words -> HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + words[0] + "/"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding()),
            OtherExits::ldap,
            words -> start("exec 3<>/dev/tcp/127.0.0.1/" + port(words[0])));

    @Override
    public void attempt(String... words) throws Throwable {
        Throwable last = null;
        for (Escape way : WAYS) {
            try {
                way.attempt(words);
                return;
            } catch (Throwable refused) {
                last = refused;
            }
        }
        if (last != null) {
            throw last;
        }
    }

    private static int port(String target) {
        return Target.of(target).getPort();
    }

    private static void open(String url) throws IOException {
        try (InputStream in = URI.create(url).toURL().openStream()) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    @SuppressWarnings({"BanJNDI", "JdkObsolete"}) // the danger is the point; JNDI asks for a Hashtable
    private static void ldap(String... words) throws Exception {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        environment.put(Context.PROVIDER_URL, "ldap://" + words[0]);
        new InitialContext(environment).lookup("cn=x");
    }

    private static void start(String script) throws Exception {
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", script);
        int status = ProcessBuilder.startPipeline(List.of(bash)).get(0).waitFor();
        if (status != 0) {
            throw new IOException("bash ended with " + status);
        }
    }
}
