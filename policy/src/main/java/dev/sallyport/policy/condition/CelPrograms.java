package dev.sallyport.policy.condition;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
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
import dev.cel.common.values.NullValue;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelVariableResolver;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.condition.Expression.Fault;
import dev.sallyport.policy.condition.Expression.Truth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compiles conditions with Google's cel-java, which is loaded with this class and by nothing else: some thousand classes, half
 * a second on a cold JVM.
 *
 * <p>What an expression can cost is bounded: its text, the nodes and the depth of its tree, the steps of its loops, the size
 * of patterns, which are RE2 and take linear time.
 */
final class CelPrograms {

    private static final MapType ANYTHING = MapType.create(SimpleType.STRING, SimpleType.DYN);
    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxExpressionCodePointSize(Expression.LONGEST)
            .maxParseRecursionDepth(64)
            .maxParseExpressionNodeCount(1_000)
            .comprehensionMaxIterations(1_000)
            .maxRegexProgramSize(1_000)
            .build();

    private CelPrograms() {}

    /**
     * What became of an expression.
     *
     * @param program it, compiled; null if something is wrong with it
     * @param faults what is wrong with it
     */
    record Compiled(Expression.@Nullable Program program, List<Fault> faults) {}

    static Compiled compile(
            String text, boolean ofPast, @Nullable ArgumentSchema schema, @Nullable List<String> params) {
        Types types = new Types();
        CelType task = types.object("task", taskFields(types, params));
        CelBuilder builder = CelFactory.legacyCelBuilder()
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
        Cel cel = builder.setTypeProvider(types).build();
        try {
            CelValidationResult result = cel.compile(text);
            List<Fault> faults = new ArrayList<>();
            for (CelIssue issue : result.getErrors()) {
                faults.add(new Fault(
                        issue.getSourceLocation().getLine(),
                        issue.getSourceLocation().getColumn(),
                        plain(issue.getMessage())));
            }
            if (!faults.isEmpty()) {
                return new Compiled(null, faults);
            }
            Program program = new Program(cel.createProgram(result.getAst()));
            program.warmUp();
            return new Compiled(program, List.of());
        } catch (CelValidationException | CelEvaluationException | RuntimeException e) {
            String message = e.getMessage();
            return new Compiled(null, List.of(new Fault(1, 0, message == null ? e.toString() : plain(message))));
        }
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

    /** A compiled expression. */
    private record Program(CelRuntime.Program program) implements Expression.Program {

        @Override
        public Truth test(Call call, @Nullable PastCall past) {
            try {
                Object value = program.eval(new Variables(call, past));
                return value instanceof Boolean truth ? (truth ? Truth.TRUE : Truth.FALSE) : Truth.ERROR;
            } catch (CelEvaluationException | RuntimeException | StackOverflowError e) {
                return Truth.ERROR;
            }
        }

        @Override
        public @Nullable String error(Call call, @Nullable PastCall past) {
            Variables variables = new Variables(call, past);
            try {
                Object value = program.eval(variables);
                if (value instanceof Boolean) {
                    return null;
                }
            } catch (CelEvaluationException e) {
                return switch (e.getErrorCode()) {
                    case ATTRIBUTE_NOT_FOUND -> "a field that it names is not there";
                    case OVERLOAD_NOT_FOUND, TYPE_NOT_FOUND -> "a value is of another type than it takes it for";
                    case ITERATION_BUDGET_EXCEEDED -> "it takes too many steps";
                    default -> "error " + e.getErrorCode();
                };
            } catch (RuntimeException | StackOverflowError e) {
                return e.getClass().getSimpleName();
            }
            String missing = variables.missing;
            return missing == null
                    ? "it is neither true nor false"
                    : missing.equals("task") ? "the call is in no task" : "the arguments cannot be read";
        }

        /** Has what evaluation needs loaded and linked on this thread, and not on the first one that asks. */
        void warmUp() {
            Truth unused = test(WARM_UP, new PastCall("", "", 0, Map.of()));
            if (unused == Truth.TRUE) {
                test(WARM_UP, null);
            }
        }
    }

    private static final Call WARM_UP = Call.tool("", dev.sallyport.policy.Library.NONE, "");

    /** Looks up what an expression names, when it asks: arguments are read only for one that does. */
    private static final class Variables implements CelVariableResolver {

        private final Call call;
        private final @Nullable PastCall past;
        private @Nullable String missing;

        Variables(Call call, @Nullable PastCall past) {
            this.call = call;
            this.past = past;
        }

        @Override
        public Optional<Object> find(String name) {
            Object value = switch (name) {
                case "args" -> ofCel(call.circumstances().arguments());
                case "agent" -> call.agent();
                case "subject" -> {
                    String subject = call.circumstances().subject();
                    yield subject == null ? NullValue.NULL_VALUE : subject;
                }
                case "task" -> task(call.circumstances().task());
                case "now" -> call.circumstances().now();
                case "past" -> past(past);
                default -> null;
            };
            if (value == null) {
                missing = name;
            }
            return Optional.ofNullable(value);
        }

        private static @Nullable Object task(@Nullable Task task) {
            return task == null ? null : Map.of("name", task.name(), "id", task.id(), "params", task.params());
        }

        private static @Nullable Object past(@Nullable PastCall past) {
            if (past == null) {
                return null;
            }
            Map<String, Object> arguments = past.arguments();
            return arguments == null
                    ? Map.of("agent", past.agent(), "tool", past.tool())
                    : Map.of("agent", past.agent(), "tool", past.tool(), "args", withNulls(arguments));
        }

        private static @Nullable Object ofCel(@Nullable Map<String, Object> arguments) {
            return arguments == null ? null : withNulls(arguments);
        }

        /** Returns a value with CEL's null where it has Java's; itself where it has none, which is most often. */
        private static Object withNulls(@Nullable Object value) {
            if (value == null) {
                return NullValue.NULL_VALUE;
            }
            if (value instanceof Map<?, ?> map && hasNulls(map)) {
                Map<Object, Object> copy = new LinkedHashMap<>();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    copy.put(entry.getKey(), withNulls(entry.getValue()));
                }
                return copy;
            }
            if (value instanceof List<?> list && hasNulls(list)) {
                List<Object> copy = new ArrayList<>(list.size());
                for (int i = 0; i < list.size(); i++) {
                    copy.add(withNulls(list.get(i)));
                }
                return copy;
            }
            return value;
        }

        private static boolean hasNulls(@Nullable Object value) {
            if (value instanceof Map<?, ?> map) {
                for (Object each : map.values()) {
                    if (hasNulls(each)) {
                        return true;
                    }
                }
                return false;
            }
            if (value instanceof List<?> list) {
                for (int i = 0; i < list.size(); i++) {
                    if (hasNulls(list.get(i))) {
                        return true;
                    }
                }
                return false;
            }
            return value == null;
        }
    }
}
