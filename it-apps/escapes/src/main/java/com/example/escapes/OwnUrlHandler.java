package com.example.escapes;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;

/** Has the JDK open a URL by a handler that speaks a protocol of its own. */
final class OwnUrlHandler implements Escape {

    @Override
    @SuppressWarnings("deprecation") // on JDK 20 and later; the other way to do it came with JDK 20
    public void attempt(String... words) throws Throwable {
        try (InputStream in = new URL(null, "own://" + words[0] + "/", new Handler()).openStream()) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    private static final class Handler extends URLStreamHandler {

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {

                @Override
                public void connect() {}

                @Override
                public InputStream getInputStream() throws IOException {
                    Socket socket = new Socket(url.getHost(), url.getPort());
                    return socket.getInputStream();
                }
            };
        }
    }
}
