package com.example.exits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.AgentScope;
import dev.sallyport.GuardedTool;
import dev.sallyport.TaskScope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Uses up what limits give. Reads lines of words separated by tabs, {@code AGENT COMMAND TARGET NUMBER}, where {@code task-}
 * before the command has it done in a task of its own, and answers each with one: {@code OUT ok}, {@code OUT refused} with the class of the refusal, or {@code OUT failed} with what else was thrown.
 */
public final class Spender {

    private static final String IN_TASK = "task-";

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<AutoCloseable> open = new ArrayList<>();

    private Spender() {}

    public static void main(String[] args) throws IOException {
        Spender spender = new Spender();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split("\t", -1);
            System.out.println(spender.answer(words));
            System.out.flush();
        }
        System.exit(0);
    }

    @SuppressWarnings("try") // the scope is there to be left
    private String answer(String[] words) {
        try (AgentScope scope = AgentScope.enter(words[0])) {
            int number = Integer.parseInt(words[3]);
            if (!words[1].startsWith(IN_TASK)) {
                return "OUT " + run(words[1], words[2], number);
            }
            try (TaskScope task = TaskScope.start("process-refund", Map.of())) {
                return "OUT " + run(words[1].substring(IN_TASK.length()), words[2], number);
            }
        } catch (Throwable t) {
            for (Throwable cause = t; cause != null; cause = cause.getCause()) {
                for (Class<?> type : cause.getClass().getInterfaces()) {
                    if (type.getName().equals("dev.sallyport.Denied")) {
                        cause.printStackTrace();
                        return "OUT refused " + cause.getClass().getName();
                    }
                }
            }
            return "OUT failed " + t.toString().replace('\n', ' ');
        }
    }

    private String run(String command, String target, int number) throws Exception {
        switch (command) {
            case "connect" -> new Socket(host(target), port(target)).close();
            case "url" -> {
                return status(get(target));
            }
            case "client" -> {
                URI uri = URI.create(target);
                HttpResponse<String> response =
                        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
                return status(response.statusCode());
            }
            case "tool" -> issueRefund(target, number);
            case "socket" -> {
                Socket socket = new Socket(host(target), port(target));
                open.add(socket);
                for (int left = number; left > 0; left -= 1_000) {
                    socket.getOutputStream().write(new byte[Math.min(left, 1_000)]);
                }
            }
            case "channel" -> {
                SocketChannel channel = SocketChannel.open(address(target));
                open.add(channel);
                for (int left = number; left > 0; left -= 1_000) {
                    writeWhole(channel, ByteBuffer.allocate(Math.min(left, 1_000)));
                }
            }
            case "gather" -> {
                SocketChannel channel = SocketChannel.open(address(target));
                open.add(channel);
                for (int left = number; left > 0; left -= 1_000) {
                    int half = Math.min(left, 1_000) / 2;
                    channel.write(new ByteBuffer[] {
                        ByteBuffer.allocateDirect(half), ByteBuffer.allocate(Math.min(left, 1_000) - half)
                    });
                }
            }
            case "async" -> {
                AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
                open.add(channel);
                channel.connect(address(target)).get();
                for (int left = number; left > 0; left -= 1_000) {
                    channel.write(ByteBuffer.allocate(Math.min(left, 1_000))).get();
                }
            }
            case "sendfile" -> {
                Path file = Files.createTempFile("spender", ".bin");
                SocketChannel channel = SocketChannel.open(address(target));
                open.add(channel);
                try (FileChannel content = FileChannel.open(Files.write(file, new byte[number]))) {
                    for (long at = 0; at < number; at += content.transferTo(at, 1_000, channel)) {
                        // on to the next part
                    }
                } finally {
                    Files.delete(file);
                }
            }
            case "datagram" -> {
                try (DatagramSocket socket = new DatagramSocket()) {
                    for (int left = number; left > 0; left -= 1_000) {
                        int length = Math.min(left, 1_000);
                        socket.send(new DatagramPacket(new byte[length], length, address(target)));
                    }
                }
            }
            case "connected-datagram" -> {
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.connect(address(target));
                    for (int left = number; left > 0; left -= 1_000) {
                        int length = Math.min(left, 1_000);
                        socket.send(new DatagramPacket(new byte[length], length));
                    }
                }
            }
            case "read" -> {
                Socket socket = new Socket(host(target), port(target));
                open.add(socket);
                int got = socket.getInputStream().readNBytes(number).length;
                return "ok " + got;
            }
            case "post" -> {
                HttpURLConnection connection =
                        (HttpURLConnection) URI.create(target).toURL().openConnection();
                connection.setDoOutput(true);
                connection.getOutputStream().write(new byte[number]);
                return status(connection.getResponseCode());
            }
            case "client-post" -> {
                HttpRequest request = HttpRequest.newBuilder(URI.create(target))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[number]))
                        .build();
                return status(client.send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode());
            }
            default -> throw new IllegalArgumentException(command);
        }
        return "ok";
    }

    @GuardedTool
    private void issueRefund(String customerId, int amountMinor) {
        if (amountMinor < 0) {
            throw new IllegalArgumentException("nobody is refunded less than nothing");
        }
        System.err.println(String.format(Locale.ROOT, "refunded %d to %s", amountMinor, customerId));
    }

    private static void writeWhole(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static int get(String url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        int status = connection.getResponseCode();
        (status < 400 ? connection.getInputStream() : connection.getErrorStream()).readAllBytes();
        return status;
    }

    private static String status(int status) {
        return "ok " + status;
    }

    private static InetSocketAddress address(String target) {
        return new InetSocketAddress(host(target), port(target));
    }

    private static String host(String target) {
        return target.substring(0, target.lastIndexOf(':'));
    }

    private static int port(String target) {
        return Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
    }
}
