package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the agent says on standard error. The application cannot redirect it, and a denial that repeats is said once: the
 * journal has them all.
 */
public final class AgentLog {

    /** How much is said; each level includes the ones before it. */
    public enum Level {
        OFF,
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    private static final int REMEMBERED = 1_000;

    private final Level level;
    private final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /** Creates a log that says what {@code level} asks for. */
    public AgentLog(Level level) {
        this.level = level;
    }

    /** Says that something was refused: in one line, or at {@code debug} with the whole report. */
    void denied(Denial denial) {
        if (level.compareTo(Level.WARN) < 0) {
            return;
        }
        if (level == Level.DEBUG) {
            out.println("sallyport: " + denial.text());
            return;
        }
        String what = denial.agent() + " -> " + denial.target() + " by " + denial.rule();
        if (said.size() < REMEMBERED && said.add(what)) {
            out.println("sallyport: denied " + what + " (" + denial.policy() + ", ref " + denial.ref() + ")");
        }
    }

    /** Says that the gate itself failed at a call. */
    void failed(@Nullable String where, Throwable failure) {
        if (level.compareTo(Level.ERROR) >= 0 && said.size() < REMEMBERED && said.add(where + failure)) {
            out.println("sallyport: the gate failed at " + where + ": " + failure);
            if (level == Level.DEBUG) {
                failure.printStackTrace(out);
            }
        }
    }

    /** Says what the operator must know. */
    public void error(String message) {
        say(Level.ERROR, message);
    }

    /** Says what happens in the ordinary course. */
    public void info(String message) {
        say(Level.INFO, message);
    }

    private void say(Level at, String message) {
        if (level.compareTo(at) >= 0) {
            out.println("sallyport: " + message);
        }
    }
}
