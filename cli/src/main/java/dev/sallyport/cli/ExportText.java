package dev.sallyport.cli;

import java.util.Set;

/** The YAML text of an export, and what it could not say. */
final class ExportText {

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
        line("  name: " + LearnedPolicy.word(options.name()));
        if (options.namespace() != null) {
            line("  namespace: " + LearnedPolicy.word(options.namespace()));
        }
        line("spec:").line("  " + selector + ':').line("    matchLabels:");
        options.selector()
                .forEach((label, value) ->
                        line("      " + LearnedPolicy.word(label) + ": " + LearnedPolicy.word(value)));
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
