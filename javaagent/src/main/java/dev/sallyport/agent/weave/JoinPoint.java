package dev.sallyport.agent.weave;

/**
 * A method into which one gate call is woven. Exact, for it names JDK internals: what differs by JDK version is several
 * join points, each with its range.
 *
 * @param owner internal name of the class
 * @param method name of the method
 * @param descriptor its exact descriptor
 * @param isStatic whether it is static
 * @param since first JDK feature version that has it, 0 for any
 * @param until last JDK feature version that has it, {@link Integer#MAX_VALUE} for any
 * @param kind what is woven in
 * @param a first operand
 * @param b second operand
 * @param n the operand that is a number
 */
public record JoinPoint(
        String owner,
        String method,
        String descriptor,
        boolean isStatic,
        int since,
        int until,
        Kind kind,
        Operand a,
        Operand b,
        Operand n) {

    /** What is woven in, and with which method of {@link dev.sallyport.gate.Gate}. */
    public enum Kind {
        /** {@code Gate.before(point, a, b, n)} as the first instruction. */
        BEFORE,
        /** {@code return Gate.after(result, point, a)} at each return; a void method's result is null and is dropped. */
        AFTER,
        /** {@code Gate.enter(point, a, b)} as the first instruction, {@code Gate.leave(point)} however it ends. */
        AROUND
    }

    /** Starts the sentence: {@code on("sun/nio/ch/Net").staticMethod("connect", "(...)I").before(...)}. */
    public static On on(String owner) {
        return new On(owner, "", "", false, 0, Integer.MAX_VALUE);
    }

    /** A join point whose method and weave are still to be named. */
    public record On(String owner, String method, String descriptor, boolean isStatic, int since, int until) {

        /** Names an instance method. */
        public On method(String name, String descriptor) {
            return new On(owner, name, descriptor, false, since, until);
        }

        /** Names a static method. */
        public On staticMethod(String name, String descriptor) {
            return new On(owner, name, descriptor, true, since, until);
        }

        /** Limits it to the JDKs from {@code feature} on. */
        public On since(int feature) {
            return new On(owner, method, descriptor, isStatic, feature, until);
        }

        /** Limits it to the JDKs up to and with {@code feature}. */
        public On until(int feature) {
            return new On(owner, method, descriptor, isStatic, since, feature);
        }

        /** Decides before the method. */
        public JoinPoint before(Operand a, Operand b, Operand n) {
            return point(Kind.BEFORE, a, b, n);
        }

        /** Sees what the method returns. */
        public JoinPoint after(Operand a) {
            return point(Kind.AFTER, a, Operand.NONE, Operand.NONE);
        }

        /** Runs the method in a context of its own. */
        public JoinPoint around(Operand a, Operand b) {
            return point(Kind.AROUND, a, b, Operand.NONE);
        }

        private JoinPoint point(Kind kind, Operand a, Operand b, Operand n) {
            return new JoinPoint(owner, method, descriptor, isStatic, since, until, kind, a, b, n);
        }
    }

    /** Returns whether a JDK of this feature version has the method. */
    public boolean appliesTo(int feature) {
        return since <= feature && feature <= until;
    }

    /** Returns {@code sun.nio.ch.Net.connect}. */
    public String label() {
        return owner.replace('/', '.') + '.' + method;
    }
}
