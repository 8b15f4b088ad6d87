package dev.sallyport.agent.weave;

/**
 * A method into which one gate call is woven. Exact in the JDK, for it names internals: what differs by JDK version is
 * several join points, each with its range. In a library, which comes in many versions and under many names, the owner is
 * the end of a class name and the descriptor a beginning ({@link #onLibrary}).
 *
 * @param owner internal name of the class; in a library its end, from a package on
 * @param method name of the method, {@code *} for each of a kind
 * @param descriptor its exact descriptor; in a library its beginning, as {@link Descriptor#fits} reads it
 * @param isStatic whether it is static; in a library both are met
 * @param library whether it is in a library
 * @param optional whether there are versions of the class that lack it; a class must meet one of its points in any case
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
        boolean library,
        boolean optional,
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
        AROUND,
        /**
         * {@code result = Gate.after(null, point, a)} as the first instructions, and what is not null is returned at once,
         * in place of the method: for clients that hand failures over as a value.
         */
        INSTEAD,
        /** {@code Memory.touched(point, a, the long behind a)} as the first instruction. */
        MEMORY
    }

    private static final String ANY_METHOD = "*";

    /** Starts the sentence: {@code on("sun/nio/ch/Net").staticMethod("connect", "(...)I").before(...)}. */
    public static On on(String owner) {
        return new On(owner, "", "", false, false, false, 0, Integer.MAX_VALUE);
    }

    /**
     * Starts the same sentence for a class of a library: {@code onLibrary("okhttp3/internal/connection/ConnectInterceptor")
     * .method("intercept", "(Lokhttp3/Interceptor$Chain;)")}. It stands for the class of this name and for each whose name
     * ends so, as those of shaded copies do. A descriptor is written as far as it matters: {@code "("} is any overload,
     * {@code "(I"} one whose first parameter is an int, and names of classes are ends of names here too.
     */
    public static On onLibrary(String owner) {
        return new On(owner, "", "", false, true, false, 0, Integer.MAX_VALUE);
    }

    /** A join point whose method and weave are still to be named. */
    public record On(
            String owner,
            String method,
            String descriptor,
            boolean isStatic,
            boolean library,
            boolean optional,
            int since,
            int until) {

        /** Names an instance method. */
        public On method(String name, String descriptor) {
            return new On(owner, name, descriptor, false, library, optional, since, until);
        }

        /** Names a static method. */
        public On staticMethod(String name, String descriptor) {
            return new On(owner, name, descriptor, true, library, optional, since, until);
        }

        /** Limits it to the JDKs from {@code feature} on. */
        public On since(int feature) {
            return new On(owner, method, descriptor, isStatic, library, optional, feature, until);
        }

        /** Limits it to the JDKs up to and with {@code feature}. */
        public On until(int feature) {
            return new On(owner, method, descriptor, isStatic, library, optional, since, feature);
        }

        /** Lets there be versions of the library whose class lacks it. */
        public On ifPresent() {
            return new On(owner, method, descriptor, isStatic, library, true, since, until);
        }

        /**
         * Looks at the object in each method whose descriptor begins so: one that is given an object and an offset in it,
         * as two neighbouring parameters.
         *
         * @param index the parameter that is the object
         */
        public JoinPoint memory(String beginning, int index) {
            return new JoinPoint(
                    owner,
                    ANY_METHOD,
                    beginning,
                    false,
                    false,
                    false,
                    since,
                    until,
                    Kind.MEMORY,
                    Operand.parameter(index),
                    Operand.parameter(index + 1),
                    Operand.NONE);
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

        /** May answer in place of the method. */
        public JoinPoint instead(Operand a) {
            return point(Kind.INSTEAD, a, Operand.NONE, Operand.NONE);
        }

        private JoinPoint point(Kind kind, Operand a, Operand b, Operand n) {
            return new JoinPoint(owner, method, descriptor, isStatic, library, optional, since, until, kind, a, b, n);
        }
    }

    /** Returns whether a JDK of this feature version has the method. */
    public boolean appliesTo(int feature) {
        return since <= feature && feature <= until;
    }

    /** Returns whether a method of a class with the right name is meant. */
    boolean isAt(String name, String found) {
        if (kind == Kind.MEMORY) {
            return found.startsWith(descriptor);
        }
        return method.equals(name) && (library ? Descriptor.fits(descriptor, found) : descriptor.equals(found));
    }

    /** Returns {@code sun.nio.ch.Net.connect}. */
    public String label() {
        return owner.replace('/', '.') + '.' + method;
    }
}
