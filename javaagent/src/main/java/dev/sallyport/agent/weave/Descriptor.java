package dev.sallyport.agent.weave;

import net.bytebuddy.jar.asm.Type;

/** Compares the descriptors of a library's methods, whose class names shading may have changed. */
final class Descriptor {

    private Descriptor() {}

    /**
     * Returns whether a descriptor begins as another one.
     *
     * @param beginning a descriptor, complete or up to any of its types; each class that it names fits every class whose
     *     name is, or ends with, that name
     */
    static boolean fits(String beginning, String descriptor) {
        int i = 0;
        int k = 0;
        while (i < beginning.length()) {
            if (k >= descriptor.length() || beginning.charAt(i) != descriptor.charAt(k)) {
                return false;
            }
            if (beginning.charAt(i) == 'L') {
                int end = beginning.indexOf(';', i);
                int found = descriptor.indexOf(';', k);
                if (!isNamed(descriptor, k + 1, found, beginning.substring(i + 1, end))) {
                    return false;
                }
                i = end;
                k = found;
            }
            i++;
            k++;
        }
        return true;
    }

    /** Returns whether a name is {@code suffix}, or ends with it behind a package. */
    static boolean isNamed(String name, String suffix) {
        return isNamed(name, 0, name.length(), suffix);
    }

    private static boolean isNamed(String in, int start, int end, String suffix) {
        int from = end - suffix.length();
        return from >= start && in.startsWith(suffix, from) && (from == start || in.charAt(from - 1) == '/');
    }

    /** Returns whether a method has the parameters that a point hands to the gate, of the kinds that it can take. */
    static boolean hasOperands(Type[] parameters, JoinPoint point) {
        return isReference(parameters, point.a())
                && isReference(parameters, point.b())
                && (!(point.n() instanceof Operand.Parameter number)
                        || number.index() < parameters.length && isInt(parameters[number.index()]))
                && (!(point.n() instanceof Operand.LongParameter number)
                        || number.index() < parameters.length && parameters[number.index()].getSort() == Type.LONG);
    }

    private static boolean isReference(Type[] parameters, Operand operand) {
        return !(operand instanceof Operand.Parameter parameter)
                || parameter.index() < parameters.length && parameters[parameter.index()].getSort() >= Type.ARRAY;
    }

    private static boolean isInt(Type type) {
        return type.getSort() >= Type.BOOLEAN && type.getSort() <= Type.INT;
    }
}
