package dev.sallyport.policy.load;

import dev.sallyport.policy.TaskKind;
import dev.sallyport.policy.condition.ArgumentSchema;
import dev.sallyport.policy.condition.Expression;
import dev.sallyport.policy.condition.Precedent;
import dev.sallyport.policy.condition.Terms;
import dev.sallyport.policy.match.Glob;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a tool rule asks of a call beside its name and agent: {@code when}, {@code argsSchema}, {@code after}. */
final class TermsReading {

    private static final int MOST_SCHEMA_BYTES = 1 << 20;

    /** An expression that was read, with its place. */
    private record Read(Expression expression, Node.Scalar place) {}

    private final Reading reading;
    private final Problems problems;
    private final @Nullable Path file;
    private final List<Read> expressions = new ArrayList<>();

    /** @param file the policy's file or directory, beside or in which those lie that it names; null if it may name none */
    TermsReading(Reading reading, @Nullable Path file) {
        this.reading = reading;
        this.problems = reading.problems();
        this.file = file;
    }

    /** Returns the terms of a rule that has some. */
    Terms read(Node.Mapping rule, @Nullable List<TaskKind> during) {
        Node when = rule.get("when");
        Node schemaNode = rule.get("argsSchema");
        Node after = rule.get("after");
        ArgumentSchema schema = schemaNode == null ? null : schema(schemaNode);
        List<String> params = params(during);
        return new Terms(
                schema,
                expression(when, "'when'", false, schema, params),
                after == null ? List.of() : after(after, schema, params));
    }

    /** Returns the conditions that were read. */
    List<Expression> conditions() {
        List<Expression> all = new ArrayList<>(expressions.size());
        for (int i = 0; i < expressions.size(); i++) {
            all.add(expressions.get(i).expression());
        }
        return all;
    }

    /** Checks what was read, and notes what is wrong with it. */
    void check() {
        for (int i = 0; i < expressions.size(); i++) {
            Node.Scalar place = expressions.get(i).place();
            List<Expression.Fault> faults = expressions.get(i).expression().check();
            for (int f = 0; f < faults.size(); f++) {
                Expression.Fault fault = faults.get(f);
                if (place.text().indexOf('\n') >= 0 || fault.line() > 1) {
                    problems.error(
                            place,
                            fault.message() + ", in line " + fault.line() + " of the condition, column "
                                    + (fault.column() + 1));
                } else {
                    int column = place.column() + (place.plain() ? 0 : 1) + fault.column();
                    problems.error(place.line(), column, fault.message(), null);
                }
            }
        }
    }

    /** Returns the parameters that the task can have, null if it can be any task. */
    private static @Nullable List<String> params(@Nullable List<TaskKind> during) {
        if (during == null) {
            return null;
        }
        List<String> params = new ArrayList<>();
        for (int i = 0; i < during.size(); i++) {
            for (String param : during.get(i).params()) {
                if (!params.contains(param)) {
                    params.add(param);
                }
            }
        }
        return params;
    }

    private @Nullable Expression expression(
            @Nullable Node node,
            String what,
            boolean ofPast,
            @Nullable ArgumentSchema schema,
            @Nullable List<String> params) {
        Node.Scalar word = reading.word(node, what);
        if (word == null) {
            return null;
        }
        if (word.text().length() > Expression.LONGEST) {
            problems.error(word, what + " is longer than " + Expression.LONGEST + " characters");
            return null;
        }
        Expression expression = new Expression(word.text(), ofPast, schema, params);
        expressions.add(new Read(expression, word));
        return expression;
    }

    private List<Precedent> after(Node node, @Nullable ArgumentSchema schema, @Nullable List<String> params) {
        List<Precedent> precedents = new ArrayList<>();
        List<Node> places = reading.list(node, "'after'");
        if (places == null) {
            return precedents;
        }
        if (places.isEmpty()) {
            problems.error(node, "'after' is empty", "leave it out, or say what must have happened before");
        }
        for (int i = 0; i < places.size(); i++) {
            Node.Mapping place = reading.mapping(
                    places.get(i), "an entry of 'after'", List.of("tool", "within", "where"), List.of());
            if (place == null) {
                continue;
            }
            List<Node.Scalar> tools = reading.words(place.get("tool"), "'tool'");
            if (place.get("tool") == null) {
                problems.error(place, "this entry of 'after' names no tool", "write '{tool: scoreOrder, within: 15m}'");
            }
            List<Glob> globs = new ArrayList<>();
            for (int t = 0; t < tools.size(); t++) {
                globs.add(Glob.ofName(tools.get(t).text()));
            }
            Node within = place.get("within");
            precedents.add(new Precedent(
                    List.copyOf(globs),
                    within == null
                            ? Long.MAX_VALUE
                            : Durations.nanos(
                                    reading, within, "'within'", Durations.SECOND / 1_000, 30 * Durations.DAY),
                    Durations.word(within),
                    expression(place.get("where"), "'where'", true, schema, params)));
        }
        return List.copyOf(precedents);
    }

    private @Nullable ArgumentSchema schema(Node node) {
        if (node instanceof Node.Mapping mapping
                && mapping.entries().size() == 1
                && mapping.get("file") instanceof Node.Scalar name
                && !name.absent()) {
            return schemaIn(name);
        }
        return new SchemaReading(reading).ofArguments(node);
    }

    private @Nullable ArgumentSchema schemaIn(Node.Scalar name) {
        if (file == null) {
            problems.error(
                    name, "a schema in a file of its own is not under the policy's signature", "write the schema here");
            return null;
        }
        Path schema = file.toFile().isDirectory() ? file.resolve(name.text()) : file.resolveSibling(name.text());
        String text;
        try (FileInputStream in = new FileInputStream(schema.toFile())) {
            byte[] content = in.readNBytes(MOST_SCHEMA_BYTES + 1);
            if (content.length > MOST_SCHEMA_BYTES) {
                problems.error(name, "the schema in " + name.text() + " is larger than 1 MiB");
                return null;
            }
            text = new String(content, StandardCharsets.UTF_8);
        } catch (IOException e) {
            problems.error(
                    name,
                    "the schema '" + name.text() + "' cannot be read",
                    "its path begins at the policy's directory");
            return null;
        }
        // JSON is YAML
        Problems ofSchema = new Problems(name.text());
        Node root = YamlTree.read(text, ofSchema);
        ArgumentSchema read = root == null ? null : new SchemaReading(new Reading(ofSchema)).ofArguments(root);
        List<Problem> found = ofSchema.sorted();
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).severity() == Problem.Severity.ERROR) {
                problems.error(name, found.get(i).toString());
            } else {
                problems.warning(name, found.get(i).toString(), null);
            }
        }
        return read;
    }
}
