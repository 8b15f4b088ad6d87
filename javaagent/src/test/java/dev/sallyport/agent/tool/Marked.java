package dev.sallyport.agent.tool;

import dev.sallyport.AgentScope;
import dev.sallyport.GuardedTool;
import dev.sallyport.RunsAs;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An application's class; its methods answer with the agent that they ran as. */
public class Marked implements Function<String, String> {

    /** An annotation that a policy may name. */
    @Retention(RetentionPolicy.CLASS)
    @interface Entry {}

    /** Calls of bodies. */
    public static final List<String> RAN = new ArrayList<>();

    static String agent() {
        String agent = AgentScope.current();
        return agent == null ? "nobody" : agent;
    }

    @Override
    @RunsAs("refund")
    public String apply(String name) {
        RAN.add("apply");
        return switch (name) {
            case "runsAs" -> agent();
            case "nested" -> inner() + "," + agent();
            case "static" -> ofStatic(1, 2L, 'c');
            case "plain" -> plain();
            case "leak" -> leak();
            case "throw" -> throwing();
            case "forbidden" -> forbidden();
            default -> throw new IllegalArgumentException(name);
        };
    }

    @RunsAs("inner")
    String inner() {
        return agent();
    }

    @RunsAs("static")
    static String ofStatic(int a, long b, char c) {
        try {
            return a + b + (int) c > 0 ? agent() : "";
        } finally {
            RAN.add("finally");
        }
    }

    String plain() {
        return agent();
    }

    @RunsAs("leak")
    String leak() {
        AgentScope.enter("left-open");
        return agent();
    }

    @RunsAs("throw")
    String throwing() {
        throw new IllegalStateException(agent());
    }

    @RunsAs("forbidden")
    String forbidden() {
        RAN.add("forbidden");
        return agent();
    }

    /** Runs everything that is not on the interface, by name. */
    public @Nullable Object call(String name) {
        return switch (name) {
            case "tool" -> tool("a", 7, 8L, 1.5);
            case "named" -> named();
            case "refused" -> refused();
            case "toolOfAgent" -> toolOfAgent();
            case "throwingTool" -> throwingTool();
            case "entry" -> entry();
            case "annotated" -> annotated();
            case "agent" -> agent();
            default -> throw new IllegalArgumentException(name);
        };
    }

    @GuardedTool
    String tool(String text, int number, long big, double real) {
        RAN.add("tool");
        return agent() + text + number + big + real;
    }

    @GuardedTool("public-name")
    String named() {
        return agent();
    }

    @GuardedTool("forbiddenTool")
    String refused() {
        RAN.add("refused");
        return agent();
    }

    @RunsAs("refund")
    @GuardedTool
    String toolOfAgent() {
        return agent();
    }

    @RunsAs("refund")
    @GuardedTool
    String throwingTool() {
        throw new IllegalStateException("no such order");
    }

    String entry() {
        return agent();
    }

    @Entry
    String annotated() {
        return agent();
    }
}
