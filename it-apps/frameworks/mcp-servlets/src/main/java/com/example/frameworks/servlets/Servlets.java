package com.example.frameworks.servlets;

import jakarta.servlet.http.HttpServlet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** A server with one servlet, on a port of the loopback interface. */
public final class Servlets {

    private static final String READY = "listening on ";

    private Servlets() {}

    /** Serves, and says on which port. */
    public static void serve(HttpServlet servlet) throws Exception {
        Path directory = Files.createTempDirectory("servlets");
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(directory.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", directory.toString());
        Wrapper wrapper = Tomcat.addServlet(context, "mcp", servlet);
        wrapper.setAsyncSupported(true);
        wrapper.addMapping("/*");
        tomcat.start();
        System.out.println(READY + connector.getLocalPort());
    }

    /** What uses a server. */
    public interface Client {

        void use(int port) throws Exception;
    }

    /** Has a process serve as long as a client uses it. */
    public static void with(List<String> command, Client client) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process server = builder.start();
        try {
            client.use(port(server));
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private static int port(Process server) throws IOException {
        BufferedReader out = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(READY)) {
                return Integer.parseInt(line.substring(READY.length()));
            }
        }
        throw new IOException("the server ended");
    }
}
