package com.example.frameworks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of the Model Context Protocol on standard input and output, with nothing but the JDK: the one at the far end. */
public final class StdioServer {

    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*(\"[^\"]*\"|\\d+)");
    private static final Pattern METHOD = Pattern.compile("\"method\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern VERSION = Pattern.compile("\"protocolVersion\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern NAME = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]*)\"");

    private StdioServer() {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String answer = answer(line);
            if (answer != null) {
                out.println(answer);
            }
        }
    }

    /** Returns the answer to a message, or null if it needs none. */
    static String answer(String message) throws IOException {
        Matcher id = ID.matcher(message);
        Matcher method = METHOD.matcher(message);
        if (!id.find() || !method.find()) {
            return null;
        }
        String result = switch (method.group(1)) {
            case "initialize" -> {
                Matcher version = VERSION.matcher(message);
                yield "{\"protocolVersion\":\"" + (version.find() ? version.group(1) : "2024-11-05")
                        + "\",\"capabilities\":{\"tools\":{}},"
                        + "\"serverInfo\":{\"name\":\"far end\",\"version\":\"1\"}}";
            }
            case "tools/list" ->
                "{\"tools\":[" + tool("readOrder") + "," + tool("deleteOrder") + "," + tool("phone") + "]}";
            case "tools/call" -> {
                Matcher name = NAME.matcher(message);
                String text = name.find() && name.group(1).equals("readOrder") ? Orders.read("7") : Orders.phone("7");
                yield "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}],\"isError\":false}";
            }
            default -> "{}";
        };
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + ",\"result\":" + result + "}";
    }

    private static String tool(String name) {
        return "{\"name\":\"" + name + "\",\"description\":\"" + name + "\",\"inputSchema\":"
                + "{\"type\":\"object\",\"properties\":{\"order\":{\"type\":\"string\"}}}}";
    }

    /** Returns the command that starts this server with the caller's class path and far end. */
    public static String[] command() {
        return new String[] {
            System.getProperty("java.home") + "/bin/java",
            "-Dfar-end=" + System.getProperty("far-end"),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("common"),
            StdioServer.class.getName()
        };
    }
}
