package dev.sallyport.policy.condition;

import dev.sallyport.policy.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition in CEL. It is read with the policy, and compiled before the policy is used; whoever asks in between waits.
 * Safe on any thread.
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

    /**
     * Something that is wrong with an expression.
     *
     * @param line the line in its text, from 1
     * @param column the column in that line, from 0
     * @param message what is wrong
     */
    public record Fault(int line, int column, String message) {}

    private final String text;
    private final boolean ofPast;
    private final @Nullable ArgumentSchema schema;
    private final @Nullable List<String> params;
    private volatile @Nullable Program program;

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

    /** Returns what is wrong with it, once it has been compiled; empty if it can be used. Takes up to half a second. */
    public List<Fault> compile() {
        CelPrograms.Compiled compiled = CelPrograms.compile(text, ofPast, schema, params);
        program = compiled.program();
        return compiled.faults();
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
        return compiled == null ? Truth.ERROR : compiled.test(call, past);
    }

    /** Says why it can say nothing of {@code call}; null if it can. */
    @Nullable
    String error(Call call) {
        Program compiled = program;
        return compiled == null ? "it is not compiled yet" : compiled.error(call, null);
    }
}
