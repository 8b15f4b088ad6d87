package dev.sallyport.policy.load;

import java.util.List;

/** A policy that cannot be used, with everything that is wrong with it. */
public final class PolicyException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;
    private final boolean denyAll;

    PolicyException(List<Problem> problems, boolean denyAll) {
        super(text(problems));
        this.problems = List.copyOf(problems);
        this.denyAll = denyAll;
    }

    /** Returns the errors in the order of their places, at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** Returns whether the broken file itself asks to go on with everything denied ({@code onNoPolicy: deny}). */
    public boolean denyAll() {
        return denyAll;
    }

    /** Returns the problems, a line for each. */
    @Override
    public String toString() {
        return String.valueOf(getMessage());
    }

    private static String text(List<Problem> problems) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < problems.size(); i++) {
            text.append(i == 0 ? "" : "\n").append(problems.get(i));
        }
        return text.toString();
    }
}
