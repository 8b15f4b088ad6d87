package dev.sallyport.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;

/** A JVM that makes requests when it is told, so that several can take turns while all of them are warm. */
final class RequestingJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;
    private final List<String> command;

    /**
     * What the requests of one turn cost.
     *
     * @param wall nanoseconds for each request
     * @param cpu nanoseconds that processors worked for the JVM, for each request
     */
    record Turn(double wall, double cpu) {}

    /** Starts it; what it says on its standard error goes to {@code log}. */
    RequestingJvm(List<String> command, Path log) throws IOException {
        this.command = command;
        process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        orders = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
    }

    /** Has it make requests for so many milliseconds. */
    Turn turn(int millis) throws IOException {
        orders.write(millis + "\n");
        orders.flush();
        // a client's own words may stand between the figures
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith("BLOCK ")) {
                String[] words = line.split(" ");
                double count = Double.parseDouble(words[1]);
                return new Turn(Double.parseDouble(words[2]) / count, Double.parseDouble(words[3]) / count);
            }
        }
        throw new IOException("ended before its turn was over: " + command);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
