package dev.sallyport.cli;

import java.util.LinkedHashSet;
import java.util.Set;

/** The access list of the proxy smokescreen: names alone. */
final class SmokescreenExport {

    private SmokescreenExport() {}

    static ExportCommand.Written write(Boundary boundary, ExportCommand.Options options) {
        Set<String> notes = new LinkedHashSet<>(boundary.notes());
        Set<String> names = new LinkedHashSet<>();
        for (Boundary.Opening opening : boundary.openings()) {
            String host = opening.host();
            if (!opening.tcp()) {
                notes.add("rule '" + opening.rule() + "' allows " + opening.place() + " by UDP: left out");
            } else if (host == null) {
                notes.add("rule '" + opening.rule() + "' allows " + opening.place()
                        + ", and an access list holds names: left out"
                        + (opening.prefix() == null ? "" : "; start the proxy with --allow-range=" + opening.prefix()));
            } else if (!opening.exceptHosts().isEmpty()) {
                // The list of what is denied everywhere is looked at after what a service is allowed.
                notes.add("rule '" + opening.rule() + "' allows " + opening.place() + " without "
                        + String.join(", ", opening.exceptHosts()) + ", which cannot be said: left out");
            } else {
                if (!opening.ports().all()) {
                    notes.add("rule '" + opening.rule() + "' allows " + opening.place()
                            + ", and an access list looks at no port");
                }
                if (!opening.requests().isEmpty()) {
                    notes.add("rule '" + opening.rule() + "' allows some requests to " + opening.place()
                            + " alone, and an access list looks at none");
                }
                names.add(host);
            }
        }
        boundary.denied()
                .forEach(range -> notes.add(
                        "addresses in " + range + " are denied: start the proxy with" + " --deny-range=" + range));
        ExportText text = new ExportText().head(options, notes);
        text.line("version: v1").line("services:");
        text.line("  - name: " + LearnedPolicy.word(options.name()));
        text.line("    project: " + LearnedPolicy.word(options.name())).line("    action: enforce");
        list(text, "    ", "allowed_domains", names);
        text.line("default:")
                .line("  project: " + LearnedPolicy.word(options.name()))
                .line("  action: enforce");
        list(text, "  ", "allowed_domains", Set.of());
        return new ExportCommand.Written(text.toString(), notes);
    }

    private static void list(ExportText text, String indent, String key, Set<String> names) {
        text.line(indent + key + (names.isEmpty() ? ": []" : ":"));
        for (String name : names) {
            text.line(indent + "  - \"" + name + '"');
        }
    }
}
