package dev.sallyport.policy.condition;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.sallyport.policy.condition.Expression.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Parses conditions and checks their types with Google's cel-java, which is loaded with this class and with {@link CelPrograms},
 * and by nothing else: on a cold JVM a third of a second.
 *
 * <p>What an expression can cost is bounded: its text, the nodes and the depth of its tree, the steps of its loops, the size
 * of patterns, which are RE2 and take linear time.
 */
final class CelChecks {

    static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxExpressionCodePointSize(Expression.LONGEST)
            .maxParseRecursionDepth(64)
            .maxParseExpressionNodeCount(1_000)
            .comprehensionMaxIterations(1_000)
            .maxRegexProgramSize(1_000)
            .build();

    private static final MapType ANYTHING = MapType.create(SimpleType.STRING, SimpleType.DYN);

    private CelChecks() {}

    /** An expression whose types are right. */
    private record Tree(CelAbstractSyntaxTree tree) implements Expression.Checked {

        @Override
        public Expression.Program program() {
            return CelPrograms.of(tree);
        }
    }

    static Expression.Found check(
            String text, boolean ofPast, @Nullable ArgumentSchema schema, @Nullable List<String> params) {
        try {
            CelValidationResult result =
                    compiler(ofPast, schema, params).build().compile(text);
            List<Fault> faults = new ArrayList<>();
            for (CelIssue issue : result.getErrors()) {
                faults.add(new Fault(
                        issue.getSourceLocation().getLine(),
                        issue.getSourceLocation().getColumn(),
                        plain(issue.getMessage())));
            }
            return faults.isEmpty()
                    ? new Expression.Found(new Tree(result.getAst()), faults)
                    : new Expression.Found(null, faults);
        } catch (CelValidationException | RuntimeException e) {
            String message = e.getMessage();
            return new Expression.Found(
                    null, List.of(new Fault(1, 0, message == null ? e.toString() : plain(message))));
        }
    }

    private static CelCompilerBuilder compiler(
            boolean ofPast, @Nullable ArgumentSchema schema, @Nullable List<String> params) {
        Types types = new Types();
        CelType task = types.object("task", taskFields(types, params));
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addVar("args", schema == null ? ANYTHING : types.of("args", schema))
                .addVar("agent", SimpleType.STRING)
                .addVar("subject", NullableType.create(SimpleType.STRING))
                .addVar("task", task)
                .addVar("now", SimpleType.TIMESTAMP)
                .setResultType(SimpleType.BOOL);
        if (ofPast) {
            Map<String, CelType> past = new LinkedHashMap<>();
            past.put("args", ANYTHING);
            past.put("agent", SimpleType.STRING);
            past.put("tool", SimpleType.STRING);
            builder.addVar("past", types.object("past", past));
        }
        return builder.setTypeProvider(types);
    }

    private static Map<String, CelType> taskFields(Types types, @Nullable List<String> params) {
        Map<String, CelType> fields = new LinkedHashMap<>();
        fields.put("name", SimpleType.STRING);
        fields.put("id", SimpleType.STRING);
        if (params == null) {
            fields.put("params", MapType.create(SimpleType.STRING, SimpleType.STRING));
        } else {
            Map<String, CelType> named = new LinkedHashMap<>();
            for (String param : params) {
                named.put(param, SimpleType.STRING);
            }
            fields.put("params", types.object("task.params", named));
        }
        return fields;
    }

    /** The compiler's own words, without what only its authors understand. */
    private static String plain(String message) {
        int expecting = message.indexOf(" expecting {");
        if (expecting > 0) {
            return message.substring(0, expecting).replace("mismatched input '<EOF>'", "it ends too early");
        }
        int container = message.indexOf(" (in container ");
        String plain = container < 0 ? message : message.substring(0, container);
        int candidates = plain.indexOf(" (candidates: ");
        return candidates < 0 ? plain : plain.substring(0, candidates);
    }

    /** The types of an expression's variables: objects with named fields, whose values are maps. */
    @SuppressWarnings("Immutable") // filled before the compiler sees it
    private static final class Types implements CelTypeProvider {

        private final Map<String, CelType> byName = new LinkedHashMap<>();

        @Override
        public ImmutableCollection<CelType> types() {
            return ImmutableList.copyOf(byName.values());
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(byName.get(name));
        }

        /** Its name has a blank in it: what an expression can write would be taken for the type. */
        CelType object(String variable, Map<String, CelType> fields) {
            String name = "the " + variable;
            ImmutableMap<String, CelType> known = ImmutableMap.copyOf(fields);
            CelType type = StructType.create(name, known.keySet(), field -> Optional.ofNullable(known.get(field)));
            byName.put(name, type);
            return type;
        }

        /** Returns the type of the values that a schema lets pass; any where it does not name just one. */
        CelType of(String name, ArgumentSchema schema) {
            ArgumentSchema.Properties properties = schema.properties();
            ArgumentSchema.Type type = schema.type();
            if (type == null) {
                // The arguments themselves are an object, whatever the schema says.
                type = name.equals("args") ? ArgumentSchema.Type.OBJECT : null;
            }
            if (type == null) {
                return SimpleType.DYN;
            }
            return switch (type) {
                case STRING -> SimpleType.STRING;
                case INTEGER -> SimpleType.INT;
                case BOOLEAN -> SimpleType.BOOL;
                case ARRAY -> {
                    ArgumentSchema items = schema.items();
                    yield ListType.create(items == null ? SimpleType.DYN : of(name + ".items", items));
                }
                case OBJECT ->
                    properties == null || properties.others() != null
                            ? ANYTHING
                            : object(name, fields(name, properties));
                // A number may be whole or not, and CEL has two types for that.
                case NUMBER, NULL -> SimpleType.DYN;
            };
        }

        private Map<String, CelType> fields(String name, ArgumentSchema.Properties properties) {
            Map<String, CelType> fields = new LinkedHashMap<>();
            for (Map.Entry<String, ArgumentSchema> known : properties.known().entrySet()) {
                fields.put(known.getKey(), of(name + '.' + known.getKey(), known.getValue()));
            }
            return fields;
        }
    }
}
