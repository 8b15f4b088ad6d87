package dev.sallyport.policy.condition;

import dev.sallyport.policy.Call;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A condition in CEL. It is read and checked with the policy, and compiled when it is first asked, or before, by a thread that
 * has nothing else to do; whoever asks in between waits. Safe on any thread.
 */
public final class Expression {

    /** The longest text of one, in characters. */
    public static final int LONGEST = 4_096;

    /** What an expression says of a call. */
    public enum Truth {
        FALSE,
        TRUE,
        /** It cannot be told: a field is missing or of another type, the arguments cannot be read, a limit is reached. */
        ERROR
    }

    /** What an expression can be asked once it is compiled. */
    interface Program {

        /** Returns what it says; throws nothing. */
        Truth test(Call call, @Nullable PastCall past);

        /** Says why it is an {@link Truth#ERROR}; null if it is none. */
        @Nullable
        String error(Call call, @Nullable PastCall past);
    }

    /** An expression whose words and types are right. */
    interface Checked {

        /** Compiles it. */
        Program program();
    }

    /** What a look at an expression found: it, or what is wrong with it. */
    record Found(@Nullable Checked checked, List<Fault> faults) {}

    /**
     * Something that is wrong with an expression.
     *
     * @param line the line in its text, from 1
     * @param column the column in that line, from 0
     * @param message what is wrong
     */
    public record Fault(int line, int column, String message) {}

    /** How long a call waits for a condition that another thread compiles; the compiler needs a part of a second. */
    private static final long LONGEST_WAIT_SECONDS = 10;

    private final String text;
    private final boolean ofPast;
    private final @Nullable ArgumentSchema schema;
    private final @Nullable List<String> params;
    private final Object compiling = new Object();
    private volatile @Nullable Program program;
    private volatile @Nullable CountDownLatch left;
    private volatile boolean broken;
    private @Nullable Checked checked;

    /**
     * Creates an expression that is not compiled yet.
     *
     * @param text CEL
     * @param ofPast whether it may speak of {@code past}, an earlier call
     * @param schema what is known of the arguments' types, null if nothing is
     * @param params the parameters that the task can have, null if any
     */
    public Expression(String text, boolean ofPast, @Nullable ArgumentSchema schema, @Nullable List<String> params) {
        this.text = text;
        this.ofPast = ofPast;
        this.schema = schema;
        this.params = params;
    }

    /** Returns what is wrong with its words or types; empty if nothing is. Takes a third of a second the first time. */
    public List<Fault> check() {
        synchronized (compiling) {
            Found found = CelChecks.check(text, ofPast, schema, params);
            checked = found.checked();
            return found.faults();
        }
    }

    /** Says that another thread will {@link #compile}: until it has, whoever asks waits, with a bound. */
    public void leaveToOther() {
        left = new CountDownLatch(1);
    }

    /**
     * Has it ready to be asked; returns what is wrong with it, as {@link #check} does, which comes first if nobody has done
     * that.
     */
    public List<Fault> compile() {
        synchronized (compiling) {
            List<Fault> faults = List.of();
            try {
                if (program == null) {
                    faults = checked == null ? check() : faults;
                    Checked right = checked;
                    program = right == null ? null : right.program();
                    checked = null;
                }
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                faults = List.of(new Fault(1, 0, "it could not be compiled: " + e));
            } finally {
                broken = program == null;
                CountDownLatch waited = left;
                if (waited != null) {
                    waited.countDown();
                }
            }
            return faults;
        }
    }

    /** Returns its text. */
    public String text() {
        return text;
    }

    /** Returns whether it asks for the arguments of an earlier call. */
    public boolean readsPastArguments() {
        return ofPast && text.contains("past");
    }

    /** Returns what it says of {@code call}, and of an earlier one where it speaks of one. */
    Truth test(Call call, @Nullable PastCall past) {
        Program compiled = program;
        if (compiled == null) {
            compiled = awaited();
        }
        return compiled == null ? Truth.ERROR : compiled.test(call, past);
    }

    /** Says why it can say nothing of {@code call}; null if it can. */
    @Nullable
    String error(Call call) {
        Program compiled = program;
        if (compiled == null) {
            return broken ? "it is broken" : "it is not compiled yet";
        }
        return compiled.error(call, null);
    }

    private @Nullable Program awaited() {
        if (broken) {
            return null;
        }
        CountDownLatch other = left;
        if (other == null) {
            compile();
            return program;
        }
        try {
            return other.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS) ? program : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
