package dev.sallyport.policy.condition;

import com.google.re2j.Pattern;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.exceptions.CelInvalidArgumentException;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import dev.cel.runtime.CelVariableResolver;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.condition.Expression.Truth;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates checked conditions with Google's cel-java.
 *
 * <p>By its older interpreter: the newer planner looks through the whole of a variable's value each time that an expression
 * names it, which made the conditions of {@code benchmarks/conditions} ten to thirty times slower (0.14.0).
 */
final class CelPrograms {

    /** Of patterns that were compiled; no policy has as many, and arguments may be patterns. */
    private static final int MOST_PATTERNS = 256;

    private static final ConcurrentHashMap<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

    private static final CelRuntime RUNTIME = CelRuntimeFactory.legacyCelRuntimeBuilder()
            .setOptions(CelChecks.OPTIONS)
            .setStandardEnvironmentEnabled(false)
            .setStandardFunctions(CelStandardFunctions.newBuilder()
                    .excludeFunctions(StandardFunction.MATCHES)
                    .build())
            // the standard ones, but that they do not compile a pattern each time
            .addFunctionBindings(
                    CelFunctionBinding.from("matches", String.class, String.class, CelPrograms::matches),
                    CelFunctionBinding.from("matches_string", String.class, String.class, CelPrograms::matches))
            .build();

    private static final Call WARM_UP = Call.tool("", Library.NONE, "");

    private CelPrograms() {}

    static Expression.Program of(CelAbstractSyntaxTree tree) {
        try {
            Program program = new Program(RUNTIME.createProgram(tree));
            program.warmUp();
            return program;
        } catch (CelEvaluationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Boolean matches(String text, String regex) {
        Pattern pattern = PATTERNS.get(regex);
        if (pattern == null) {
            try {
                pattern = Pattern.compile(regex);
            } catch (RuntimeException e) {
                throw new CelInvalidArgumentException(e);
            }
            int most = CelChecks.OPTIONS.maxRegexProgramSize();
            if (pattern.programSize() > most) {
                throw new CelInvalidArgumentException(
                        new IllegalArgumentException("the pattern is larger than " + most));
            }
            if (PATTERNS.size() < MOST_PATTERNS) {
                PATTERNS.put(regex, pattern);
            }
        }
        return pattern.matcher(text).find();
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

    /** Looks up what an expression names, when it asks: arguments are read only for one that does. */
    private static final class Variables implements CelVariableResolver {

        private final Call call;
        private final @Nullable PastCall past;
        private @Nullable Object arguments;
        private @Nullable Object task;
        private @Nullable String missing;

        Variables(Call call, @Nullable PastCall past) {
            this.call = call;
            this.past = past;
        }

        @Override
        public Optional<Object> find(String name) {
            Object value = switch (name) {
                case "args" -> arguments();
                case "agent" -> call.agent();
                case "subject" -> {
                    String subject = call.circumstances().subject();
                    yield subject == null ? NullValue.NULL_VALUE : subject;
                }
                case "task" -> task();
                case "now" -> call.circumstances().now();
                case "past" -> past(past);
                default -> null;
            };
            if (value == null) {
                missing = name;
            }
            return Optional.ofNullable(value);
        }

        private @Nullable Object arguments() {
            if (arguments == null) {
                Map<String, Object> given = call.circumstances().arguments();
                arguments = given == null ? null : CelValues.of(given);
            }
            return arguments;
        }

        private @Nullable Object task() {
            if (task == null) {
                Task running = call.circumstances().task();
                task = running == null
                        ? null
                        : Map.of("name", running.name(), "id", running.id(), "params", running.params());
            }
            return task;
        }

        private static @Nullable Object past(@Nullable PastCall past) {
            if (past == null) {
                return null;
            }
            Map<String, Object> arguments = past.arguments();
            return arguments == null
                    ? Map.of("agent", past.agent(), "tool", past.tool())
                    : Map.of("agent", past.agent(), "tool", past.tool(), "args", CelValues.of(arguments));
        }
    }
}
