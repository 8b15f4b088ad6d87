package com.example.escapes;

import dev.sallyport.GuardedTool;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.Gate;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls a tool that is allowed only after another was called, and tells the gate that the other was. */
final class ForgedTool implements Escape {

    /** The tool that must have been called before. */
    private static final String BEFORE = "scoreOrder";

    private static final ForgedTool DIRECT = new ForgedTool(ForgedTool::tellDirectly);
    private static final ForgedTool REFLECTED = new ForgedTool(Told::byReflection);
    private static final ForgedTool HANDLED = new ForgedTool(Told::byHandle);

    /** In each way that there is to call a method, one after the other. */
    static final Escape EVERY_WAY = words -> {
        Throwable last = null;
        for (ForgedTool way : new ForgedTool[] {DIRECT, REFLECTED, HANDLED}) {
            try {
                way.attempt(words);
            } catch (Throwable refused) {
                last = refused;
            }
        }
        if (last != null) {
            throw last;
        }
    };

    /** Nothing is forged: the other tool is called. */
    static final Escape OWN = new ForgedTool(Told::scoreOrder);

    private interface Way {

        void tell() throws Throwable;
    }

    private final Way way;

    private ForgedTool(Way way) {
        this.way = way;
    }

    @Override
    public void attempt(String... words) throws Throwable {
        Throwable[] thrown = new Throwable[1];
        Front.handle(() -> {
            try {
                way.tell();
            } catch (ClassNotFoundException | NoClassDefFoundError noGate) {
                // nobody to tell
            } catch (Throwable refused) {
                thrown[0] = refused;
            }
            try {
                issueRefund(words[0]);
            } catch (Throwable refused) {
                thrown[0] = refused;
            }
        });
        if (thrown[0] != null) {
            throw thrown[0];
        }
    }

    @GuardedTool
    static void issueRefund(String target) throws Exception {
        Target.connect(target);
    }

    private static void tellDirectly() {
        CurrentAgent.@Nullable Frame mark = Gate.mark();
        if (Gate.tool(BEFORE, Map.of("orderId", "o-1"), null, null) == null) {
            Gate.ended(mark, "scored", null);
        }
    }

    /** A class with a tool of its own, whose constants do not name the gate. */
    private static final class Told {

        private static final String GATE = String.join(".", "dev", "sallyport", "gate", "Gate");

        private Told() {}

        @GuardedTool
        static void scoreOrder() {}

        static void byReflection() throws ReflectiveOperationException {
            Class<?> gate = Class.forName(GATE);
            Object mark = gate.getMethod("mark").invoke(null);
            Method tool = gate.getMethod("tool", String.class, Object.class, String.class, String.class);
            if (tool.invoke(null, BEFORE, Map.of(), null, null) == null) {
                gate.getMethod("ended", frame(), Object.class, Throwable.class).invoke(null, mark, "scored", null);
            }
        }

        static void byHandle() throws Throwable {
            Class<?> gate = Class.forName(GATE);
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            Class<?> denial = Class.forName("dev.sallyport.Denial");
            Object mark = lookup.findStatic(gate, "mark", MethodType.methodType(frame()))
                    .invoke();
            Object refusal = lookup.findStatic(
                            gate,
                            "tool",
                            MethodType.methodType(denial, String.class, Object.class, String.class, String.class))
                    .invoke(BEFORE, (Object) Map.of(), (String) null, (String) null);
            if (refusal == null) {
                lookup.findStatic(
                                gate,
                                "ended",
                                MethodType.methodType(void.class, frame(), Object.class, Throwable.class))
                        .invoke(mark, (Object) "scored", (Throwable) null);
            }
        }

        private static Class<?> frame() throws ClassNotFoundException {
            return Class.forName(GATE.replace("gate.Gate", "gate.CurrentAgent$Frame"));
        }
    }
}
