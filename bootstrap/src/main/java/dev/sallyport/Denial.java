package dev.sallyport;

import org.jspecify.annotations.Nullable;

/**
 * What the policy decided about a refused call. Immutable.
 *
 * @param ref the id of the decision in the journal, such as {@code d-01J9ZQ0V5N6Q4B7K3T2M1R8XWE}
 * @param rule the id of the rule that denied, such as {@code deny-metadata}; built-in rules have ids too
 * @param policy the policy's name and version, such as {@code refunds@2026.10.1}
 * @param stage the stage at which it was decided: {@code name}, {@code connect}, {@code http}, {@code tool}, ...
 * @param agent the agent that was refused
 * @param target what it asked for, such as {@code collect.acme.example:443}
 * @param text the whole report for an engineer, several lines; names the rule, so it is not for a model's eyes
 * @param tool the tool call inside which it happened, null outside of any
 */
public record Denial(
        String ref,
        String rule,
        String policy,
        String stage,
        String agent,
        String target,
        String text,
        @Nullable String tool) {

    /** Returns the sentence that may be shown to a model: it names the decision and nothing of the policy. */
    public String forModel() {
        return "denied by policy (ref " + ref + ")";
    }

    /**
     * Returns what the exception's {@code getMessage()} says. Of a tool call, inside of one, and of an agent that may not
     * be entered or a task that may not be started, that is {@link #forModel()}, because frameworks hand the message of a
     * failed tool or agent to the model, and then the stack trace has {@link #text()} too; elsewhere it is {@link #text()}.
     */
    public String message() {
        return tool == null && !stage.equals("tool") && !stage.equals("delegation") && !stage.equals("task")
                ? text
                : forModel();
    }

    /** Returns a denial, or for an exception that came from another JVM, without its denial, what its message says. */
    static Denial orUnknown(@Nullable Denial denial, Throwable exception) {
        String text = exception.getMessage();
        return denial != null ? denial : new Denial("?", "?", "?", "?", "?", "?", text == null ? "?" : text, null);
    }

    /** Adds the report to an exception whose message does not have it, for the engineer who reads its stack trace. */
    void report(Throwable exception) {
        if (!message().equals(text)) {
            exception.addSuppressed(new DenialReport(this));
        }
    }
}
