package dev.sallyport.cli;

import java.io.Console;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where output goes, and what it can show.
 *
 * @param out the output
 * @param width columns; {@link #UNBOUNDED} for a pipe or a file, which are not fitted
 * @param colour whether colours are wanted
 * @param unicode whether more than ASCII arrives
 */
record Terminal(PrintWriter out, int width, boolean colour, boolean unicode) {

    static final int UNBOUNDED = Integer.MAX_VALUE;

    private static final int USUAL_WIDTH = 120;

    /** Returns the JVM's standard output: coloured and fitted on a terminal, plain and whole elsewhere. */
    static Terminal standard() {
        Charset charset = encoding();
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, charset), false);
        boolean terminal = isTerminal();
        return new Terminal(
                out,
                width(terminal),
                terminal && colourWanted(System.getenv("NO_COLOR"), System.getenv("TERM")),
                charset.newEncoder().canEncode('\u2026'));
    }

    /** Returns the JVM's standard error. */
    static PrintWriter errors() {
        return new PrintWriter(new OutputStreamWriter(System.err, encoding()), true);
    }

    private static boolean colourWanted(@Nullable String noColour, @Nullable String term) {
        return (noColour == null || noColour.isEmpty()) && !"dumb".equals(term);
    }

    /** The console's encoding; since JDK 19 the JVM names it, and before it was {@code sun.stdout.encoding}, if at all. */
    private static Charset encoding() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        String fallback = name == null ? System.getProperty("native.encoding") : name;
        return fallback != null && Charset.isSupported(fallback) ? Charset.forName(fallback) : StandardCharsets.UTF_8;
    }

    /** Java 22 and later always have a console, and say whether it is a terminal. */
    @SuppressWarnings("SystemConsoleNull") // null before 22, and later ones are asked
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before22) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private static int width(boolean terminal) {
        String columns = System.getenv("COLUMNS");
        if (columns != null && columns.matches("[1-9][0-9]{1,3}")) {
            return Integer.parseInt(columns);
        }
        return terminal ? askedWidth() : UNBOUNDED;
    }

    private static int askedWidth() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return USUAL_WIDTH;
            }
            try (Scanner answer = new Scanner(stty.getInputStream(), StandardCharsets.US_ASCII)) {
                answer.nextInt();
                int width = answer.nextInt();
                return width > 0 ? width : USUAL_WIDTH;
            }
        } catch (IOException | NoSuchElementException noStty) {
            return USUAL_WIDTH;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return USUAL_WIDTH;
        }
    }
}
