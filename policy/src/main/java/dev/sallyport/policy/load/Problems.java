package dev.sallyport.policy.load;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong with a file, or with several that are read as one: then the lines of each count on from those of the
 * one before, and here is known which line is whose. For one thread.
 */
public final class Problems {

    /** More errors than anybody reads; a file that causes them is not a policy. */
    private static final int MOST = 200;

    private static final int MOST_LETTERS = 2_000;

    private final List<String> files = new ArrayList<>(1);
    private final List<Integer> linesBefore = new ArrayList<>(1);
    private final List<Problem> list = new ArrayList<>();
    private boolean errors;

    /** Creates the collection for the file that messages call {@code file}. */
    public Problems(String file) {
        files.add(file);
        linesBefore.add(0);
    }

    /** Returns the name of the file that was begun last. */
    public String file() {
        return files.get(files.size() - 1);
    }

    /** Returns how many lines the files before the one that was begun last have. */
    int linesBefore() {
        return linesBefore.get(linesBefore.size() - 1);
    }

    /**
     * Begins another file.
     *
     * @param lines how many the one before has
     */
    void begin(String file, int lines) {
        beginAt(file, linesBefore() + lines);
    }

    /**
     * Begins another file.
     *
     * @param before how many lines the files before it have in all
     */
    void beginAt(String file, int before) {
        linesBefore.add(before);
        files.add(file);
    }

    /** Returns where something stands, as {@code refunds.yaml:35}. */
    String place(Node at) {
        int which = which(at.line());
        return files.get(which) + ":" + (at.line() - linesBefore.get(which));
    }

    /** Returns where {@code at} stands, as somebody says it who is at {@code from}: {@code line 35}, if in the same file. */
    String place(Node at, Node from) {
        int which = which(at.line());
        return which == which(from.line()) ? "line " + (at.line() - linesBefore.get(which)) : place(at);
    }

    /**
     * Returns the bundle of these files.
     *
     * @param lines how many lines they have in all
     */
    byte[] bundle(String digest, Node root, int lines) {
        return Bundle.write(new Bundle.Content(digest, files, linesBefore, lines, root));
    }

    private int which(int line) {
        int which = files.size() - 1;
        while (which > 0 && line <= linesBefore.get(which)) {
            which--;
        }
        return which;
    }

    /** Notes an error at the place of {@code at}. */
    public void error(Node at, String message) {
        error(at.line(), at.column(), message, null);
    }

    /** Notes an error at the place of {@code at}, and what to do about it. */
    public void error(Node at, String message, @Nullable String suggestion) {
        error(at.line(), at.column(), message, suggestion);
    }

    /**
     * Notes an error.
     *
     * @param line the line among those of all files, 0 for the file that was begun last as a whole
     */
    void error(int line, int column, String message, @Nullable String suggestion) {
        errors = true;
        add(Problem.Severity.ERROR, line, column, message, suggestion);
    }

    private void add(Problem.Severity severity, int line, int column, String message, @Nullable String suggestion) {
        if (list.size() < MOST) {
            int which = line == 0 ? files.size() - 1 : which(line);
            int inFile = line == 0 ? 0 : line - linesBefore.get(which);
            list.add(new Problem(severity, files.get(which), inFile, column, cut(message), suggestion));
        }
    }

    void warning(Node at, String message, @Nullable String suggestion) {
        add(Problem.Severity.WARNING, at.line(), at.column(), message, suggestion);
    }

    /** Notes a warning about a line of a file that the policy names. */
    void warning(String otherFile, int line, String message) {
        if (list.size() < MOST) {
            list.add(new Problem(Problem.Severity.WARNING, otherFile, line, 1, cut(message), null));
        }
    }

    /** A file can hold words of megabytes, and messages repeat them. */
    private static String cut(String message) {
        return message.length() <= MOST_LETTERS ? message : message.substring(0, MOST_LETTERS) + "...";
    }

    /** Returns whether one of the problems is an error. */
    public boolean errors() {
        return errors;
    }

    /**
     * Returns the problems in the order of their files and places: the errors, or else the warnings. Of a policy with errors nobody
     * knows yet what it means, so there is nothing to warn of.
     */
    public List<Problem> sorted() {
        List<Problem> sorted = new ArrayList<>(list.size());
        for (int f = 0; f < files.size(); f++) {
            List<Problem> ofFile = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                boolean counts = !errors || list.get(i).severity() == Problem.Severity.ERROR;
                if (counts && list.get(i).file().equals(files.get(f)) && files.indexOf(files.get(f)) == f) {
                    ofFile.add(list.get(i));
                }
            }
            Collections.sort(ofFile);
            sorted.addAll(ofFile);
        }
        for (int i = 0; i < list.size() && !errors; i++) {
            if (!files.contains(list.get(i).file())) {
                sorted.add(list.get(i));
            }
        }
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
