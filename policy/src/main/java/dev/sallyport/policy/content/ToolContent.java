package dev.sallyport.policy.content;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the arguments of a tool call: every text and number in them, at any depth, with the name that it has, and the
 * names themselves.
 */
public final class ToolContent {

    private static final int LONGEST_NAME = 64;
    private static final int MOST_FINDINGS = 32;

    private final Detectors detectors;
    private final List<Finding> findings = new ArrayList<>();

    private ToolContent(Detectors detectors) {
        this.detectors = detectors;
    }

    /**
     * Returns what is found.
     *
     * @param arguments by name; of texts, numbers, booleans, lists and maps
     */
    public static List<Finding> findings(Detectors detectors, Map<String, ?> arguments) {
        ToolContent content = new ToolContent(detectors);
        content.map(arguments, ContentRule.ARGUMENTS);
        return content.findings;
    }

    /** Returns what is found in arguments that are one text, such as JSON that cannot be read. */
    public static List<Finding> findings(Detectors detectors, String arguments) {
        ToolContent content = new ToolContent(detectors);
        content.text(null, arguments, ContentRule.ARGUMENTS);
        return content.findings;
    }

    private void value(@Nullable String name, @Nullable Object value, String where) {
        if (findings.size() >= MOST_FINDINGS || value == null || value instanceof Boolean) {
            return;
        }
        if (value instanceof Map<?, ?> map) {
            map(map, where);
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                value(name, list.get(i), where + '[' + i + ']');
            }
        } else {
            text(name, value.toString(), where);
        }
    }

    private void map(Map<?, ?> map, String where) {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String name = String.valueOf(entry.getKey());
            // A name may be what must not leave, and then it must not stand in the evidence either.
            boolean tells = text(null, name, where + ", as a name");
            String known = name.length() > LONGEST_NAME ? "*" : name;
            value(tells ? null : name, entry.getValue(), where + '.' + (tells ? "*" : known));
        }
    }

    /** Looks through one text; what stands before it, as in JSON, may say what it is. Returns whether anything was found. */
    private boolean text(@Nullable String name, String text, String where) {
        ContentScan scan = new ContentScan(detectors);
        int before = 0;
        if (name != null) {
            byte[] prefix = ('"' + name + "\":\"").getBytes(StandardCharsets.UTF_8);
            before = prefix.length;
            scan.read(prefix, 0, before);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        scan.read(bytes, 0, bytes.length);
        if (name != null) {
            scan.read('"');
        }
        scan.end();
        if (!scan.found()) {
            return false;
        }
        for (Finding finding : scan.findings(where)) {
            boolean decoded = !finding.where().equals(where);
            long at = decoded ? finding.at() : Math.max(0, finding.at() - before);
            findings.add(new Finding(finding.detector(), finding.where(), at, finding.count()));
        }
        return true;
    }
}
