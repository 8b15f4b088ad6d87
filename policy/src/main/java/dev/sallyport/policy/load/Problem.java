package dev.sallyport.policy.load;

import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong with a policy, and where.
 *
 * @param severity whether the policy can be used all the same
 * @param file the file's name as messages show it
 * @param line the line, from 1; 0 if the problem has no place in the file
 * @param column the column, from 1; 0 if the problem has no place in the file
 * @param message what is wrong
 * @param suggestion what to write instead, null if nothing comes to mind
 */
public record Problem(
        Severity severity,
        String file,
        int line,
        int column,
        String message,
        @Nullable String suggestion) implements Comparable<Problem> {

    /** Whether a policy with the problem can be used. */
    public enum Severity {
        /** It cannot. */
        ERROR,
        /** It can, but likely does not mean what its author meant. */
        WARNING
    }

    /** Orders by place. */
    @Override
    public int compareTo(Problem other) {
        int lines = Integer.compare(line, other.line);
        return lines != 0 ? lines : Integer.compare(column, other.column);
    }

    /** Returns the line for people: {@code refunds.yaml:35:12: unknown group 'pps'; did you mean 'psp'?}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line).append(':').append(column);
        }
        text.append(severity == Severity.WARNING ? ": warning: " : ": ").append(message);
        if (suggestion != null) {
            text.append("; ").append(suggestion);
        }
        return text.toString();
    }
}
