package dev.sallyport.agent;

import dev.sallyport.agent.enforce.GateEnforcer;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Probe;
import dev.sallyport.agent.weave.Weaver;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import jdk.internal.access.JavaLangAccess;
import jdk.internal.access.SharedSecrets;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the gate stands at each exit, by calling each woven method: what arrives at the gate is what the JVM runs,
 * whatever the transformer believes it did. The method's own first instruction is never reached.
 *
 * <p>The methods are not public, so the calls are made by hidden nestmates of their classes, one for each class.
 */
final class SelfTest {

    /** Of {@code java.lang.invoke.MethodHandleNatives.Constants}, the same from JDK 15 on. */
    private static final int HIDDEN_NESTMATE = 1 | 2;

    private static final JavaLangAccess JAVA_LANG = SharedSecrets.getJavaLangAccess();
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private SelfTest() {}

    /**
     * Proves the exits whose turn it is, on the calling thread.
     *
     * @return a sentence for each exit at which the gate does not stand; empty if all do
     */
    static List<String> run(Weaver weaver, GateEnforcer enforcer, Guard.Proof turn) {
        JoinPoint[] points = weaver.points();
        Guard[] guards = weaver.guards();
        List<String> missing = new ArrayList<>();
        boolean[] done = new boolean[points.length];
        enforcer.proveOnThisThread(points.length);
        for (int i = 0; i < points.length; i++) {
            if (done[i] || !isCalled(points[i], guards[i], turn)) {
                continue;
            }
            boolean[] together = new boolean[points.length];
            for (int k = i; k < points.length; k++) {
                together[k] = isCalled(points[k], guards[k], turn)
                        && points[k].owner().equals(points[i].owner());
                done[k] |= together[k];
            }
            probe(points, together, guards, weaver, enforcer, missing);
        }
        enforcer.proofsDone();
        for (int i = 0; i < points.length; i++) {
            if (!done[i] && guards[i].proof() != Guard.Proof.NONE && !isWoven(points[i], weaver, i)) {
                missing.add(missing(points[i], guards[i], weaver, null));
            }
        }
        return missing;
    }

    private static boolean isCalled(JoinPoint point, Guard guard, Guard.Proof turn) {
        return guard.proof() == turn && point.kind() == JoinPoint.Kind.BEFORE;
    }

    /** Loads the class if need be, without initialising it. */
    private static boolean isWoven(JoinPoint point, Weaver weaver, int number) {
        try {
            Class.forName(point.owner().replace('/', '.'), false, null);
        } catch (ClassNotFoundException e) {
            return false;
        }
        return weaver.woven(number);
    }

    /** Calls the points of one class. */
    private static void probe(
            JoinPoint[] points,
            boolean[] together,
            Guard[] guards,
            Weaver weaver,
            GateEnforcer enforcer,
            List<String> missing) {
        Object target = null;
        ObjIntConsumer<@Nullable Object> probe = null;
        for (int i = 0; i < points.length; i++) {
            if (!together[i]) {
                continue;
            }
            if (weaver.failure(points[i].owner()) != null) {
                // not called: with its operands of nulls, the original might do anything
                missing.add(missing(points[i], guards[i], weaver, null));
                continue;
            }
            Throwable got = null;
            try {
                if (probe == null) {
                    Class<?> owner = Class.forName(points[i].owner().replace('/', '.'), false, null);
                    UNSAFE.ensureClassInitialized(owner);
                    target = Modifier.isAbstract(owner.getModifiers()) ? null : UNSAFE.allocateInstance(owner);
                    probe = define(owner, points, together);
                }
                enforcer.expect(i);
                probe.accept(target, i);
            } catch (Throwable t) {
                got = t;
            }
            if (!enforcer.proved(i)) {
                missing.add(missing(points[i], guards[i], weaver, got));
            }
        }
    }

    private static String missing(JoinPoint point, Guard guard, Weaver weaver, @Nullable Throwable got) {
        Throwable failure = weaver.failure(point.owner());
        String why;
        if (failure != null) {
            why = "the class could not be woven: " + failure;
        } else if (got instanceof GateEnforcer.Proof) {
            why = "another gate call answered";
        } else {
            why = "the JVM runs the class without the gate call"
                    + (got == null ? "" : " (" + got + ")")
                    + " (another agent may have handed back the original, or it was loaded before and could not be changed)";
        }
        return "exit " + guard.getClass().getSimpleName() + " is open: " + point.label() + ": " + why;
    }

    @SuppressWarnings("unchecked")
    private static ObjIntConsumer<@Nullable Object> define(Class<?> owner, JoinPoint[] points, boolean[] together)
            throws InstantiationException {
        String name = owner.getName() + "$SallyportProbe";
        byte[] bytes = Probe.classFile(name.replace('.', '/'), points, together);
        Class<?> probe = JAVA_LANG.defineClass(null, owner, name, bytes, null, false, HIDDEN_NESTMATE, null);
        return (ObjIntConsumer<@Nullable Object>) UNSAFE.allocateInstance(probe);
    }
}
