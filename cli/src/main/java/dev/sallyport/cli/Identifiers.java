package dev.sallyport.cli;

/** Tells words that were made for one thing from words that mean a kind of thing. */
final class Identifiers {

    private static final int SHORTEST_HEX = 6;
    private static final int SHORTEST_MIXED = 16;

    private Identifiers() {}

    /**
     * Returns whether a segment of a path looks like the id of one thing: {@code 1041}, {@code A-1041}, a UUID, a hash.
     */
    static boolean inPath(String segment) {
        int digits = 0;
        int letters = 0;
        boolean hex = true;
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            digits += digit ? 1 : 0;
            letters += letter ? 1 : 0;
            hex &= Character.digit(c, 16) >= 0 || c == '-';
            if (!digit && !letter && c != '-' && c != '_' && c != '.' && c != '~' && c != '=' && c != '%') {
                return false;
            }
        }
        if (digits == 0 || isVersion(segment)) {
            return false;
        }
        return letters == 0
                || (hex && segment.length() >= SHORTEST_HEX)
                || segment.length() >= SHORTEST_MIXED
                || digits >= 3;
    }

    /** {@code v1}, {@code v2.1}, {@code 2023-10-01-preview} and the like name an interface, not a thing. */
    private static boolean isVersion(String segment) {
        return segment.matches("[vV]?\\d{1,2}(\\.\\d{1,3}){1,2}")
                || segment.matches("[vV]\\d{1,3}")
                || segment.matches("\\d{4}-\\d{2}-\\d{2}(-[a-z]+)?");
    }

    /** Returns whether the first label of a host looks made for one machine or one day: a hash, a number, an address. */
    static boolean inHost(String label) {
        int digits = 0;
        boolean hex = true;
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            digits += c >= '0' && c <= '9' ? 1 : 0;
            hex &= Character.digit(c, 16) >= 0;
        }
        if (digits == 0) {
            return false;
        }
        boolean numbered = label.matches(".*\\d");
        return (hex && label.length() >= SHORTEST_HEX) || numbered || label.length() >= SHORTEST_MIXED;
    }

    /** Returns {@code path} with {@code *} for each segment that looks like an id. */
    static String template(String path) {
        String[] segments = path.split("/", -1);
        StringBuilder template = new StringBuilder(path.length());
        for (int i = 0; i < segments.length; i++) {
            template.append(i == 0 ? "" : "/").append(inPath(segments[i]) ? "*" : segments[i]);
        }
        return template.toString();
    }
}
