package dev.sallyport.cli;

import java.util.Set;

/** The YAML text of an export, and what it could not say. */
final class ExportText {

    /** Of labels, which name less than objects do. */
    private static final int LONGEST_NAME = 63;

    private final StringBuilder text = new StringBuilder();

    /** Adds the comments that an export begins with. */
    ExportText head(ExportCommand.Options options, Set<String> notes) {
        line("# Written by sallyport export from " + Plain.text(options.source()) + '.');
        for (String note : notes) {
            line("# note: " + Plain.text(note));
        }
        return this;
    }

    /** Adds a line. */
    ExportText line(String line) {
        text.append(line).append('\n');
        return this;
    }

    /** Adds the metadata and selector of a Kubernetes object. */
    ExportText object(String apiVersion, String kind, String selector, ExportCommand.Options options) {
        line("apiVersion: " + apiVersion).line("kind: " + kind).line("metadata:");
        line("  name: " + LearnedPolicy.word(objectName(options.name())));
        if (options.namespace() != null) {
            line("  namespace: " + LearnedPolicy.word(options.namespace()));
        }
        line("spec:").line("  " + selector + ':').line("    matchLabels:");
        options.selector()
                .forEach((label, value) ->
                        line("      " + LearnedPolicy.word(label) + ": " + LearnedPolicy.word(value)));
        return this;
    }

    /** Returns a name as Kubernetes wants them: lower case, letters, digits, '-' and '.', at both ends a letter or digit. */
    static String objectName(String name) {
        StringBuilder text = new StringBuilder(name.length());
        for (int i = 0; i < name.length() && i < LONGEST_NAME; i++) {
            char c = Character.toLowerCase(name.charAt(i));
            boolean inside = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            text.append(inside || c == '.' ? c : '-');
        }
        String trimmed = text.toString().replaceAll("^[-.]+|[-.]+$|(?<=\\.)[-.]+|-+(?=\\.)", "");
        return trimmed.isEmpty() ? "policy" : trimmed;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
