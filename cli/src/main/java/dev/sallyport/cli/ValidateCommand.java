package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Node;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import dev.sallyport.policy.load.Problem;
import dev.sallyport.policy.load.Problem.Severity;
import dev.sallyport.policy.load.Problems;
import dev.sallyport.policy.load.YamlFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a policy without enforcing it. */
@Command(
        name = "validate",
        description = "Check a policy: every error and warning with its file, line and column.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer =
                "0 the policy is valid, with or without warnings; 1 it has errors; 2 the file cannot be read.%n%nFor example:"
                        + " sallyport validate refunds.yaml")
final class ValidateCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final LayersOption layers = new LayersOption();

    @Parameters(paramLabel = "FILE", description = "The policy, or a directory of its files.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(names = "--json", description = "Print one JSON object instead: file, valid, policy, problems.")
    private boolean json;

    ValidateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (!(Files.isRegularFile(file) || Files.isDirectory(file)) || !Files.isReadable(file)) {
            throw new IOException(
                    Files.exists(file) ? file + " is not a file that can be read" : "there is no file " + file);
        }
        LoadedPolicy loaded = null;
        List<Problem> problems;
        try {
            loaded = PolicyLoader.load(file, layers.overrides(null));
            problems = loaded.warnings();
        } catch (PolicyException e) {
            problems = e.problems();
        }
        Map<Problem, String> keys = loaded == null ? keys(problems) : Map.of();
        if (json) {
            printJson(loaded, problems, keys);
        } else {
            print(loaded, problems, keys);
        }
        return loaded == null ? SallyportCommand.NO : 0;
    }

    /** Returns what the schema says of the keys at which errors stand, each key once. */
    private Map<Problem, String> keys(List<Problem> problems) throws IOException {
        Map<Problem, String> keys = new HashMap<>();
        Map<String, Optional<Node>> roots = new HashMap<>();
        PolicySchema schema = PolicySchema.read();
        for (Problem problem : problems) {
            Node root = roots.computeIfAbsent(problem.file(), name -> Optional.ofNullable(tree(name)))
                    .orElse(null);
            String about = root == null ? null : schema.about(root, problem.line(), problem.column());
            if (about != null && !keys.containsValue(about)) {
                keys.put(problem, about);
            }
        }
        return keys;
    }

    /** Returns what stands in the file that messages call so; null if it is no YAML. */
    private @Nullable Node tree(String name) {
        List<Path> candidates = new ArrayList<>();
        candidates.add(Files.isDirectory(file) ? file.resolve(name) : file);
        candidates.addAll(layers.files());
        for (Path candidate : candidates) {
            try {
                if (String.valueOf(candidate.getFileName()).equals(name)) {
                    return YamlFile.read(candidate, new Problems(name));
                }
            } catch (IOException e) {
                return null;
            }
        }
        return null;
    }

    private void print(@Nullable LoadedPolicy loaded, List<Problem> problems, Map<Problem, String> keys) {
        PrintWriter out = terminal.out();
        int errors = 0;
        for (Problem problem : problems) {
            boolean error = problem.severity() == Severity.ERROR;
            errors += error ? 1 : 0;
            out.println((error ? Style.DENIED : Style.WOULD_BE_DENIED)
                    .paint(Plain.text(problem.toString()), terminal.colour()));
            String about = keys.get(problem);
            if (about != null) {
                out.println(Style.FAINT.paint("    " + about, terminal.colour()));
            }
        }
        String counts = count(errors, "error") + ", " + count(problems.size() - errors, "warning");
        if (loaded == null) {
            out.println(file + " is not valid: " + counts);
            return;
        }
        Policy policy = loaded.policy();
        out.println(Plain.text(file + " is valid (" + counts + "): " + policy.label() + ", "
                + count(loaded.engine().egressRules().size(), "egress rule") + ", "
                + count(loaded.engine().toolRules().size(), "tool rule") + ", "
                + count(policy.agents().size(), "agent") + ", mode "
                + policy.mode().label()));
    }

    private static String count(int n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }

    private void printJson(@Nullable LoadedPolicy loaded, List<Problem> problems, Map<Problem, String> keys)
            throws IOException {
        try (JsonGenerator generator = Json.generator(terminal)) {
            generator.writeStartObject();
            generator.writeStringField("file", file.toString());
            generator.writeBooleanField("valid", loaded != null);
            if (loaded != null) {
                Policy policy = loaded.policy();
                generator.writeObjectFieldStart("policy");
                generator.writeStringField("name", policy.name());
                generator.writeStringField("version", policy.version());
                generator.writeStringField("digest", policy.digest());
                generator.writeStringField("mode", policy.mode().label());
                generator.writeEndObject();
            }
            generator.writeArrayFieldStart("problems");
            for (Problem problem : problems) {
                generator.writeStartObject();
                generator.writeStringField("severity", problem.severity() == Severity.ERROR ? "error" : "warning");
                generator.writeStringField("file", problem.file());
                generator.writeNumberField("line", problem.line());
                generator.writeNumberField("column", problem.column());
                generator.writeStringField("message", problem.message());
                if (problem.suggestion() != null) {
                    generator.writeStringField("suggestion", problem.suggestion());
                }
                String about = keys.get(problem);
                if (about != null) {
                    generator.writeStringField("key", about);
                }
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        terminal.out().println();
    }
}
