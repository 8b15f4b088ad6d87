package dev.sallyport.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A child JVM that answers each line with one line; closing it ends it. */
final class Conversation implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;
    private static final String END = "the child's output ended";

    private final Process process;
    private final Path err;
    private final Writer requests;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    Conversation(Process process, Path err) {
        this.process = process;
        this.err = err;
        this.requests = new OutputStreamWriter(process.getOutputStream(), UTF_8);
        Thread reader = new Thread(this::readAnswers, "answers of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Returns the child's process id. */
    long pid() {
        return process.pid();
    }

    /**
     * Says a line and returns the answer, which begins with {@code OUT }; without that prefix.
     *
     * @throws AssertionError if the child ended, or does not answer in time
     */
    String ask(String... words) {
        try {
            requests.write(String.join("\t", words) + "\n");
            requests.flush();
            while (true) {
                String line = answers.poll(PATIENCE_SECONDS, SECONDS);
                if (line == null || line.equals(END)) {
                    throw new AssertionError((line == null ? "no answer in time" : END) + ", after asking "
                            + String.join(" ", words) + "; stderr: " + errors());
                }
                if (line.startsWith("OUT ")) {
                    return line.substring("OUT ".length());
                }
            }
        } catch (IOException e) {
            throw new AssertionError("the child does not listen; stderr: " + errors(), e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns what the child wrote to its standard error until now. */
    String errors() {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the child's standard error says something. */
    void awaitErrors(String expected) {
        long end = System.nanoTime() + SECONDS.toNanos(PATIENCE_SECONDS);
        while (!errors().contains(expected)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the child does not say " + expected + "; stderr: " + errors());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }

    /** Waits until the child ends by itself, and returns its exit status. */
    int awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("the child does not end by itself; stderr: " + errors());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the child in order, or by force if it does not end, and returns its exit status. */
    int end() {
        try {
            requests.close();
        } catch (IOException e) {
            // it ended before
        }
        try {
            if (!process.waitFor(PATIENCE_SECONDS, SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("the child does not end; stderr: " + errors());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        end();
    }

    private void readAnswers() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // the stream was closed with the process
        }
        answers.add(END);
    }
}
