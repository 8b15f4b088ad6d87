package dev.sallyport.policy.content;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** A pattern in RE2's syntax, which has nothing that would take more than one look at each character. */
public final class Re2Pattern implements OwnPattern {

    private static final int MOST_CHARACTERS = 1000;
    private static final int MOST_PROGRAM = 5000;

    private final String name;
    private final Pattern pattern;

    /**
     * Compiles a pattern.
     *
     * @throws IllegalArgumentException if it cannot be used; the message says why, as a clause about the pattern
     */
    public Re2Pattern(String name, String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("is longer than " + MOST_CHARACTERS + " characters");
        }
        try {
            this.pattern = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("is not one of RE2: " + e.getDescription(), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("is nested too deeply", e);
        }
        if (pattern.programSize() > MOST_PROGRAM) {
            throw new IllegalArgumentException("is too large once its repetitions are written out");
        }
        if (pattern.matches("")) {
            throw new IllegalArgumentException("matches an empty text, and so every text");
        }
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String text() {
        return pattern.pattern();
    }

    @Override
    public long find(byte[] text, int from) {
        Matcher matcher = pattern.matcher(text);
        while (from <= text.length && matcher.find(from)) {
            return (long) matcher.start() << 32 | matcher.end();
        }
        return -1;
    }
}
