package dev.sallyport.policy.match;

import dev.sallyport.policy.HttpRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a rule's {@code http}. Immutable.
 *
 * @param methods the methods in upper case, empty for every method
 * @param path a pattern over the path, null for every path
 * @param headers what headers must look like
 */
public record HttpPattern(List<String> methods, @Nullable Glob path, List<Header> headers) {

    /**
     * What a header must look like.
     *
     * @param name its name
     * @param value a pattern over each of its values
     */
    public record Header(String name, Glob value) {}

    /** Returns what is wrong with {@code path} as a pattern over paths, or null. */
    public static @Nullable String fault(String path) {
        if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            return "holds a query, and requests are compared without theirs";
        }
        boolean rooted = path.startsWith("/");
        if (!rooted && !path.startsWith("*")) {
            return "does not begin with '/'";
        }
        return HttpPaths.plain(rooted ? path : '/' + path)
                ? null
                : "is not in its plain form, so nothing would match it";
    }

    /**
     * Returns whether a request is meant.
     *
     * @param broad whether a path counts that only some servers would take for one that the pattern matches
     */
    Match match(HttpRequest request, boolean broad) {
        if (path != null && !matchesPath(path, request.path(), broad)) {
            return Match.NO;
        }
        if (methods.isEmpty() && headers.isEmpty()) {
            return Match.YES;
        }
        String method = request.method();
        if (method == null) {
            return Match.UNDECIDED;
        }
        if (!methods.isEmpty() && !methods.contains(method) && !(broad && methods.contains(upper(method)))) {
            return Match.NO;
        }
        for (int i = 0; i < headers.size(); i++) {
            if (!matches(headers.get(i), request.headers(headers.get(i).name()), broad)) {
                return Match.NO;
            }
        }
        return Match.YES;
    }

    /** Servers disagree on which of several values of a header counts: all must be allowed, and one is enough to deny. */
    private static boolean matches(Header header, List<String> values, boolean broad) {
        for (int i = 0; i < values.size(); i++) {
            if (header.value().matches(values.get(i)) == broad) {
                return broad;
            }
        }
        return !broad && !values.isEmpty();
    }

    private static String upper(String method) {
        return method.toUpperCase(Locale.ROOT);
    }

    private static boolean matchesPath(Glob path, String requested, boolean broad) {
        if (HttpPaths.plain(requested)) {
            return path.matches(requested) || (broad && belowIncludesItself(path, requested));
        }
        // Servers disagree on what such a path means: no rule allows it, and one that denies sees each reading of it.
        if (!broad) {
            return path.text().equals("**") || path.text().equals("/**");
        }
        if (path.matches(requested) || belowIncludesItself(path, requested)) {
            return true;
        }
        for (String reading : HttpPaths.readings(requested)) {
            if (path.matches(reading) || belowIncludesItself(path, reading)) {
                return true;
            }
        }
        return false;
    }

    /** Whoever denies {@code /admin/**} means {@code /admin} too. */
    private static boolean belowIncludesItself(Glob path, String requested) {
        String text = path.text();
        return text.endsWith("/**") && text.length() - 3 == requested.length() && text.startsWith(requested);
    }
}
