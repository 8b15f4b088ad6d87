package dev.sallyport.policy.match;

/**
 * A pattern with stars. In a path pattern {@code *} stands for characters other than {@code /} (at least one where it is
 * a whole segment) and {@code **} for any; elsewhere {@code *} stands for any characters, or none. Matching allocates
 * nothing and takes time of at most the product of both lengths for names. Immutable.
 */
public final class Glob {

    /** In the compiled pattern: any characters, but none that separates. */
    private static final char STAR = '\uE000';
    /** In the compiled pattern: any characters. */
    private static final char STARS = '\uE001';
    /** In the compiled pattern: one character that does not separate. */
    private static final char ONE = '\uE002';

    private final String text;
    private final String compiled;
    private final boolean literal;
    private final boolean any;

    private Glob(String text, String compiled) {
        this.text = text;
        this.compiled = compiled;
        this.literal = text.indexOf('*') < 0;
        this.any = compiled.length() == 1 && compiled.charAt(0) == STARS;
    }

    /** Returns a pattern over a name: a tool's, a header's value, a part of Maven coordinates. */
    public static Glob ofName(String text) {
        return new Glob(text, text.replace('*', STARS));
    }

    /** Returns a pattern over a path. */
    public static Glob ofPath(String text) {
        if (text.equals("*")) {
            return new Glob(text, String.valueOf(STARS));
        }
        StringBuilder compiled = new StringBuilder(text.length() + 1);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '*') {
                compiled.append(c);
                continue;
            }
            int end = i + 1;
            while (end < text.length() && text.charAt(end) == '*') {
                end++;
            }
            if (end - i > 1) {
                compiled.append(STARS);
            } else {
                boolean opens = i == 0 || text.charAt(i - 1) == '/';
                boolean closes = end == text.length() || text.charAt(end) == '/';
                if (opens && closes) {
                    compiled.append(ONE);
                }
                compiled.append(STAR);
            }
            i = end - 1;
        }
        return new Glob(text, compiled.toString());
    }

    /** Returns the pattern as it was written. */
    public String text() {
        return text;
    }

    /** Returns whether it stands for one text only. */
    public boolean literal() {
        return literal;
    }

    /** Returns whether {@code value} is one of the texts that the pattern stands for. */
    public boolean matches(String value) {
        if (literal) {
            return text.equals(value);
        }
        if (any) {
            return true;
        }
        // Only the last star of each kind ever has to give way: what stands before it was matched as early as possible.
        int p = 0;
        int v = 0;
        int starPattern = -1;
        int starValue = -1;
        int starsPattern = -1;
        int starsValue = -1;
        while (true) {
            if (p < compiled.length()) {
                char c = compiled.charAt(p);
                if (c == STARS) {
                    starsPattern = ++p;
                    starsValue = v;
                    starPattern = -1;
                    continue;
                }
                if (c == STAR) {
                    starPattern = ++p;
                    starValue = v;
                    continue;
                }
                if (v < value.length() && (c == value.charAt(v) || (c == ONE && value.charAt(v) != '/'))) {
                    p++;
                    v++;
                    continue;
                }
            } else if (v == value.length()) {
                return true;
            }
            if (starPattern >= 0 && starValue < value.length() && value.charAt(starValue) != '/') {
                p = starPattern;
                v = ++starValue;
            } else if (starsPattern >= 0 && starsValue < value.length()) {
                p = starsPattern;
                v = ++starsValue;
                starPattern = -1;
            } else {
                return false;
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
