package dev.sallyport.agent.weave;

import org.jspecify.annotations.Nullable;

/**
 * Puts gate calls into a class file by moving its bytes, where that is all it takes: calls that neither jump nor catch. It
 * does what {@link GateVisitor} does for them, which is what a test compares it with. ASM would do it too, but takes a cold
 * JVM some twenty milliseconds to load and to copy the constants of a few classes; this way a plain program starts without it.
 */
final class ClassPatch implements CodePatch.ConstantNames {

    static final int MAGIC = 0xCAFEBABE;
    private static final int UTF8 = 1;
    private static final int MOST_CONSTANTS = 65_535;
    private static final int ABSTRACT_OR_NATIVE = 0x0400 | 0x0100;
    private static final int STATIC = 0x0008;
    private static final int MOST_SLOT = 255;
    private static final String GATE = "dev/sallyport/gate/Gate";
    private static final String BEFORE = "(ILjava/lang/Object;Ljava/lang/Object;I)V";
    private static final String AFTER = "(Ljava/lang/Object;ILjava/lang/Object;)Ljava/lang/Object;";

    private static final int ACONST_NULL = 1;
    private static final int ICONST_0 = 3;
    private static final int SIPUSH = 17;
    private static final int ILOAD = 21;
    private static final int ALOAD = 25;
    private static final int POP = 87;
    private static final int GETSTATIC = 178;
    private static final int GETFIELD = 180;
    private static final int INVOKESTATIC = 184;
    private static final int CHECKCAST = 192;

    private final byte[] from;
    private final JoinPoint[] points;
    private final int[] numbers;
    private final boolean[] met;
    private final int[] constants;
    private final int behindConstants;
    private final AddedConstants added;

    private ClassPatch(byte[] from, JoinPoint[] points, int[] numbers, boolean[] met) {
        this.from = from;
        this.points = points;
        this.numbers = numbers;
        this.met = met;
        this.constants = new int[ClassBytes.u2(from, 8)];
        this.added = new AddedConstants(constants.length);
        int at = 10;
        for (int i = 1; i < constants.length; i++) {
            constants[i] = at;
            int tag = ClassBytes.u1(from, at);
            at += sizeOfConstant(tag, at);
            i += tag == 5 || tag == 6 ? 1 : 0; // a long or double counts twice
        }
        this.behindConstants = at;
    }

    /**
     * Puts the calls of one class in.
     *
     * @param points the join points of the class
     * @param numbers their point numbers, in the same order
     * @param met set to true for each point that was met, in the same order; untouched if null is returned
     * @return the new class file; null if it takes more than this can do
     */
    static byte @Nullable [] weave(byte[] classFile, JoinPoint[] points, int[] numbers, boolean[] met) {
        if (ClassBytes.s4(classFile, 0) != MAGIC || !areStraight(points, numbers)) {
            return null;
        }
        boolean[] found = new boolean[met.length];
        byte[] woven = new ClassPatch(classFile, points, numbers, found).weave();
        if (woven != null) {
            System.arraycopy(found, 0, met, 0, met.length);
        }
        return woven;
    }

    private static boolean areStraight(JoinPoint[] points, int[] numbers) {
        for (int i = 0; i < points.length; i++) {
            JoinPoint.Kind kind = points[i].kind();
            if (points[i].library()
                    || (kind != JoinPoint.Kind.BEFORE && kind != JoinPoint.Kind.AFTER)
                    || numbers[i] > Short.MAX_VALUE) {
                return false;
            }
        }
        return true;
    }

    private byte @Nullable [] weave() {
        int thisClass = ClassBytes.u2(from, behindConstants + 2);
        int at = behindConstants + 8 + 2 * ClassBytes.u2(from, behindConstants + 6);
        int fields = ClassBytes.u2(from, at);
        at += 2;
        for (int i = 0; i < fields; i++) {
            at = behindMember(at);
        }
        int methods = ClassBytes.u2(from, at);
        at += 2;
        ClassBytes body = new ClassBytes(from.length + 512);
        int copied = behindConstants;
        for (int i = 0; i < methods; i++) {
            int end = behindMember(at);
            if (isTarget(at)) {
                body.put(from, copied, at - copied);
                if (!writeMethod(body, at, thisClass)) {
                    return null;
                }
                copied = end;
            }
            at = end;
        }
        body.put(from, copied, from.length - copied);
        if (added.count() > MOST_CONSTANTS) {
            return null;
        }
        return new ClassBytes(from.length + 1024)
                .put(from, 0, 8)
                .u2(added.count())
                .put(from, 10, behindConstants - 10)
                .put(added.bytes())
                .put(body)
                .toArray();
    }

    private boolean isTarget(int method) {
        if ((ClassBytes.u2(from, method) & ABSTRACT_OR_NATIVE) != 0) {
            return false;
        }
        boolean any = false;
        for (int i = 0; i < points.length; i++) {
            if (isAt(points[i], method)) {
                met[i] = true;
                any = true;
            }
        }
        return any;
    }

    private boolean isAt(JoinPoint point, int method) {
        return is(ClassBytes.u2(from, method + 2), point.method())
                && is(ClassBytes.u2(from, method + 4), point.descriptor());
    }

    private boolean writeMethod(ClassBytes to, int method, int thisClass) {
        boolean isStatic = (ClassBytes.u2(from, method) & STATIC) != 0;
        ClassBytes before = new ClassBytes(32);
        ClassBytes atReturn = null;
        int stack = 0;
        for (int i = 0; i < points.length; i++) {
            if (!isAt(points[i], method)) {
                continue;
            }
            if (points[i].kind() == JoinPoint.Kind.BEFORE) {
                stack = Math.max(stack, 4);
                if (!before(before, points[i], numbers[i], isStatic, thisClass)) {
                    return false;
                }
            } else {
                // of several, the last is asked first, as it is the outermost
                ClassBytes outer = new ClassBytes(32);
                stack = Math.max(stack, 3);
                if (!after(outer, points[i], numbers[i], isStatic, thisClass)) {
                    return false;
                }
                atReturn = atReturn == null ? outer : outer.put(atReturn);
            }
        }
        to.put(from, method, 8);
        int attributes = ClassBytes.u2(from, method + 6);
        int at = method + 8;
        for (int i = 0; i < attributes; i++) {
            int length = ClassBytes.s4(from, at + 2);
            if (is(ClassBytes.u2(from, at), "Code")) {
                to.put(from, at, 2);
                int start = to.size();
                to.u4(0);
                if (!new CodePatch(from, at + 6, this).write(to, before, atReturn, stack)) {
                    return false;
                }
                to.setU4(start, to.size() - start - 4);
            } else {
                to.put(from, at, 6 + length);
            }
            at += 6 + length;
        }
        return true;
    }

    private boolean before(ClassBytes code, JoinPoint point, int number, boolean isStatic, int thisClass) {
        code.u1(SIPUSH).u2(number);
        boolean done = push(code, point.a(), point, isStatic, thisClass, ACONST_NULL, ALOAD)
                && push(code, point.b(), point, isStatic, thisClass, ACONST_NULL, ALOAD)
                && push(code, point.n(), point, isStatic, thisClass, ICONST_0, ILOAD);
        code.u1(INVOKESTATIC).u2(added.method(GATE, "before", BEFORE));
        return done;
    }

    private boolean after(ClassBytes code, JoinPoint point, int number, boolean isStatic, int thisClass) {
        String descriptor = point.descriptor();
        String result = descriptor.substring(descriptor.indexOf(')') + 1);
        boolean isObject = result.charAt(0) == 'L' || result.charAt(0) == '[';
        if (!isObject) {
            code.u1(ACONST_NULL);
        }
        code.u1(SIPUSH).u2(number);
        boolean done = push(code, point.a(), point, isStatic, thisClass, ACONST_NULL, ALOAD);
        code.u1(INVOKESTATIC).u2(added.method(GATE, "after", AFTER));
        if (isObject) {
            String type = result.charAt(0) == 'L' ? result.substring(1, result.length() - 1) : result;
            code.u1(CHECKCAST).u2(added.classNamed(type));
        } else {
            code.u1(POP);
        }
        return done;
    }

    private boolean push(
            ClassBytes code, Operand operand, JoinPoint point, boolean isStatic, int thisClass, int nothing, int load) {
        if (operand instanceof Operand.Self) {
            code.u1(ALOAD).u1(0);
        } else if (operand instanceof Operand.Parameter parameter) {
            int slot = slot(point.descriptor(), parameter.index(), isStatic);
            code.u1(load).u1(slot);
            return slot <= MOST_SLOT;
        } else if (operand instanceof Operand.Field field) {
            code.u1(ALOAD).u1(0).u1(GETFIELD).u2(added.field(thisClass, field.name(), field.descriptor()));
        } else if (operand instanceof Operand.StaticField field) {
            code.u1(GETSTATIC).u2(added.field(thisClass, field.name(), field.descriptor()));
        } else {
            code.u1(nothing);
        }
        return true;
    }

    /** Returns where a parameter lies among the local variables (JVMS 2.6.1). */
    private static int slot(String descriptor, int index, boolean isStatic) {
        int slot = isStatic ? 0 : 1;
        int at = 1;
        for (int i = 0; i < index; i++) {
            char type = descriptor.charAt(at);
            slot += type == 'J' || type == 'D' ? 2 : 1;
            while (descriptor.charAt(at) == '[') {
                at++;
            }
            at = descriptor.charAt(at) == 'L' ? descriptor.indexOf(';', at) + 1 : at + 1;
        }
        return slot;
    }

    /** Returns where what follows a field or method begins. */
    private int behindMember(int member) {
        int attributes = ClassBytes.u2(from, member + 6);
        int at = member + 8;
        for (int i = 0; i < attributes; i++) {
            at += 6 + ClassBytes.s4(from, at + 2);
        }
        return at;
    }

    /** The text is ASCII. */
    @Override
    public boolean is(int index, String text) {
        int at = constants[index];
        int length = text.length();
        if (ClassBytes.u1(from, at) != UTF8 || ClassBytes.u2(from, at + 1) != length) {
            return false;
        }
        // the names of one class begin alike rather than end so
        for (int i = length - 1; i >= 0; i--) {
            if (from[at + 3 + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the size of a constant with its tag (JVMS 4.4). */
    private int sizeOfConstant(int tag, int at) {
        return switch (tag) {
            case UTF8 -> 3 + ClassBytes.u2(from, at + 1);
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 5;
            case 5, 6 -> 9;
            case 7, 8, 16, 19, 20 -> 3;
            case 15 -> 4;
            default -> throw new IllegalArgumentException("a constant of the unknown kind " + tag);
        };
    }
}
