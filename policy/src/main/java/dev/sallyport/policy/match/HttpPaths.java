package dev.sallyport.policy.match;

import java.util.ArrayList;
import java.util.List;

/** How servers may read the path of a request. */
final class HttpPaths {

    private static final int MOST_ENCODINGS = 4;

    private HttpPaths() {}

    /**
     * Returns whether every server reads {@code path} as it stands: absolute, without empty, {@code .} and {@code ..}
     * segments, parameters, backslashes, control characters, and encodings of characters that need none or that separate.
     */
    static boolean plain(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '/') {
                int end = path.indexOf('/', i + 1);
                int length = (end < 0 ? path.length() : end) - i - 1;
                boolean empty = length == 0 && end >= 0;
                boolean dots = (length == 1 || (length == 2 && path.charAt(i + 2) == '.')) && path.charAt(i + 1) == '.';
                if (empty || dots) {
                    return false;
                }
            } else if (c <= ' ' || c >= 127 || c == '\\' || c == ';' || c == '?' || c == '#') {
                return false;
            } else if (c == '%' && !plainEncoding(path, i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the other readings of a path that is not {@link #plain}. */
    static List<String> readings(String path) {
        List<String> readings = new ArrayList<>();
        String decoded = path;
        for (int i = 0; i < MOST_ENCODINGS; i++) {
            readings.add(resolve(decoded.replace('\\', '/'), false));
            readings.add(resolve(decoded.replace('\\', '/'), true));
            String next = decode(decoded);
            if (next.equals(decoded)) {
                break;
            }
            decoded = next;
        }
        return readings;
    }

    private static boolean plainEncoding(String path, int at) {
        int value = encoded(path, at);
        return value >= ' ' && value != 127 && "/\\;%?#".indexOf(value) < 0 && !unreserved(value);
    }

    /** Returns the byte that is encoded at {@code at}, or -1. */
    private static int encoded(String path, int at) {
        if (at + 2 >= path.length()) {
            return -1;
        }
        int high = Character.digit(path.charAt(at + 1), 16);
        int low = Character.digit(path.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }

    private static boolean unreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static String decode(String path) {
        StringBuilder decoded = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int value = path.charAt(i) == '%' ? encoded(path, i) : -1;
            if (value < 0) {
                decoded.append(path.charAt(i));
            } else {
                decoded.append((char) value);
                i += 2;
            }
        }
        return decoded.toString();
    }

    /** Removes parameters (each from its {@code ;} to the end of the segment, or all from the first one) and dots. */
    private static String resolve(String path, boolean cutAtFirst) {
        String text = path;
        int cut = text.indexOf(';');
        if (cutAtFirst && cut >= 0) {
            text = text.substring(0, cut);
        }
        int query = text.indexOf('?');
        int fragment = text.indexOf('#');
        int end = query < 0 ? fragment : fragment < 0 ? query : Math.min(query, fragment);
        if (end >= 0) {
            text = text.substring(0, end);
        }
        List<String> segments = new ArrayList<>();
        boolean below = false;
        int from = 0;
        while (from <= text.length()) {
            int to = text.indexOf('/', from);
            to = to < 0 ? text.length() : to;
            String segment = text.substring(from, to);
            int parameter = segment.indexOf(';');
            segment = parameter < 0 ? segment : segment.substring(0, parameter);
            below = segment.isEmpty() || segment.equals(".") || segment.equals("..");
            if (segment.equals("..")) {
                if (!segments.isEmpty()) {
                    segments.remove(segments.size() - 1);
                }
            } else if (!below) {
                segments.add(segment);
            }
            from = to + 1;
        }
        StringBuilder resolved = new StringBuilder(text.length());
        for (int i = 0; i < segments.size(); i++) {
            resolved.append('/').append(segments.get(i));
        }
        return resolved.length() == 0 ? "/" : below ? resolved.append('/').toString() : resolved.toString();
    }
}
