package dev.sallyport.policy.content;

import dev.sallyport.policy.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Looks through what a request says before its body: the path, the query and the values of headers. */
public final class RequestContent {

    /** Headers that are there to carry a credential to the server: one in them is where it belongs. */
    private static final Set<String> CREDENTIALS = Set.of(
            "authorization",
            "proxy-authorization",
            "cookie",
            "x-api-key",
            "api-key",
            "apikey",
            "x-goog-api-key",
            "ocp-apim-subscription-key",
            "x-amz-security-token",
            "x-auth-token",
            "x-vault-token",
            "x-gitlab-token",
            "private-token",
            "x-functions-key",
            "x-csrf-token");

    private RequestContent() {}

    /** Returns what is found, as far as the client shows it. */
    public static List<Finding> findings(Detectors detectors, HttpRequest request) {
        List<Finding> findings = new ArrayList<>();
        text(detectors, request.path(), "path", findings);
        String query = request.query();
        if (query != null) {
            text(detectors, query, "query", findings);
        }
        request.eachHeader((name, value) -> {
            if (!CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))) {
                text(detectors, value, "header " + printable(name), findings);
            }
        });
        return findings;
    }

    private static void text(Detectors detectors, String text, String where, List<Finding> findings) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ContentScan scan = new ContentScan(detectors);
        scan.read(bytes, 0, bytes.length);
        scan.end();
        if (scan.found()) {
            findings.addAll(scan.findings(where));
        }
    }

    /** A header's name may be anything that its sender wants in the evidence. */
    private static String printable(String name) {
        boolean plain = name.length() <= 64;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            plain &= Character.isLetterOrDigit(c) || c == '-' || c == '_';
        }
        return plain ? name : "*";
    }
}
