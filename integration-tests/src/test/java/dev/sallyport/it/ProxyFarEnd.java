package dev.sallyport.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy. For {@code CONNECT} it opens a tunnel; to requests in absolute form it answers 200 itself. */
final class ProxyFarEnd extends ProxyServer {

    private final List<String> requests = new CopyOnWriteArrayList<>();

    ProxyFarEnd() {
        start();
    }

    /** Returns what was asked of it, as {@code CONNECT a.test:80} or {@code GET http://a.test/}. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    void serve(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        for (String head = head(in); !head.isEmpty(); head = head(in)) {
            String[] words = head.substring(0, head.indexOf('\r')).split(" ");
            requests.add(words[0] + ' ' + words[1]);
            if (words[0].equals("CONNECT")) {
                int port = Integer.parseInt(words[1].substring(words[1].lastIndexOf(':') + 1));
                tunnel(client, port, "HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
                return;
            }
            in.readNBytes(contentLength(head));
            client.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1));
        }
    }

    private static int contentLength(String head) {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(line.substring(line.indexOf(':') + 1).trim());
            }
        }
        return 0;
    }

    /** Returns a request's head with its empty line, or nothing where the stream ends. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            if (read < 0) {
                return "";
            }
            head.append((char) read);
        }
        return head.toString();
    }
}
