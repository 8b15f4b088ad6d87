package dev.sallyport.policy.load;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one file. For one thread. */
public final class Problems {

    /** More errors than anybody reads; a file that causes them is not a policy. */
    private static final int MOST = 200;

    private final String file;
    private final List<Problem> list = new ArrayList<>();
    private boolean errors;

    /** Creates the collection for the file that messages call {@code file}. */
    public Problems(String file) {
        this.file = file;
    }

    /** Returns what messages call the file. */
    public String file() {
        return file;
    }

    /** Notes an error at the place of {@code at}. */
    public void error(Node at, String message) {
        error(at.line(), at.column(), message, null);
    }

    /** Notes an error at the place of {@code at}, and what to do about it. */
    public void error(Node at, String message, @Nullable String suggestion) {
        error(at.line(), at.column(), message, suggestion);
    }

    void error(int line, int column, String message, @Nullable String suggestion) {
        errors = true;
        if (list.size() < MOST) {
            list.add(new Problem(Problem.Severity.ERROR, file, line, column, message, suggestion));
        }
    }

    /** Notes what is likely not meant. */
    public void warning(Node at, String message, @Nullable String suggestion) {
        if (list.size() < MOST) {
            list.add(new Problem(Problem.Severity.WARNING, file, at.line(), at.column(), message, suggestion));
        }
    }

    /** Returns whether one of the problems is an error. */
    public boolean errors() {
        return errors;
    }

    /**
     * Returns the problems in the order of their places: the errors, or else the warnings. Of a policy with errors nobody
     * knows yet what it means, so there is nothing to warn of.
     */
    public List<Problem> sorted() {
        List<Problem> sorted = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            if (!errors || list.get(i).severity() == Problem.Severity.ERROR) {
                sorted.add(list.get(i));
            }
        }
        Collections.sort(sorted);
        return sorted;
    }

    /** Returns {@code did you mean 'x'?} for the word that is most like {@code word}, or null. */
    static @Nullable String suggest(String word, Collection<String> words) {
        String best = null;
        int least = Math.max(1, word.length() / 3) + 1;
        for (String candidate : words) {
            int distance = candidate.equalsIgnoreCase(word) ? 0 : distance(word, candidate, least);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best == null ? null : "did you mean '" + best + "'?";
    }

    /** Returns how many letters must be added, dropped, changed or swapped with the next; at most {@code limit}. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[] older = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], older[j - 2] + 1);
                }
            }
            int[] oldest = older;
            older = above;
            above = row;
            row = oldest;
        }
        return above[b.length()];
    }
}
