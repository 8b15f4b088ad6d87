package dev.sallyport.agent.weave;

/**
 * The class file of a probe: {@code final class NAME implements ObjIntConsumer<Object>}, whose {@code accept(target, point)}
 * calls the method of that join point on the target, with nulls and zeros. Written by hand, as {@link ClassPatch} is, because
 * every start needs some.
 */
public final class Probe {

    private static final int JAVA_11 = 55;
    private static final int FINAL_SUPER = 0x0030;
    private static final int PUBLIC = 0x0001;
    private static final int ACONST_NULL = 1;
    private static final int ICONST_0 = 3;
    private static final int LCONST_0 = 9;
    private static final int FCONST_0 = 11;
    private static final int DCONST_0 = 14;
    private static final int SIPUSH = 17;
    private static final int ILOAD_2 = 28;
    private static final int ALOAD_1 = 43;
    private static final int POP = 87;
    private static final int POP2 = 88;
    private static final int IF_ICMPNE = 160;
    private static final int RETURN = 177;
    private static final int INVOKEVIRTUAL = 182;
    private static final int INVOKESTATIC = 184;
    private static final int CHECKCAST = 192;

    private final AddedConstants constants = new AddedConstants(1);
    private final ClassBytes code = new ClassBytes(256);
    private final ClassBytes frames = new ClassBytes(32);
    private int frameCount;
    private int lastFrame = -1;
    private int stack = 2;

    private Probe() {}

    /**
     * Writes the class file.
     *
     * @param name the internal name of the probe
     * @param points all join points, by number
     * @param called which of them it calls: those of one class
     */
    public static byte[] classFile(String name, JoinPoint[] points, boolean[] called) {
        return new Probe().write(name, points, called);
    }

    private byte[] write(String name, JoinPoint[] points, boolean[] called) {
        for (int i = 0; i < points.length; i++) {
            if (called[i]) {
                code.u1(ILOAD_2).u1(SIPUSH).u2(i);
                int jump = code.size();
                code.u1(IF_ICMPNE).u2(0);
                call(points[i]);
                code.u1(RETURN);
                code.setU2(jump + 1, code.size() - jump);
                frame();
            }
        }
        code.u1(RETURN);

        int thisClass = constants.classNamed(name);
        int superClass = constants.classNamed("java/lang/Object");
        int consumer = constants.classNamed("java/util/function/ObjIntConsumer");
        ClassBytes method = method();
        return new ClassBytes(1024)
                .u4(ClassPatch.MAGIC)
                .u2(0)
                .u2(JAVA_11)
                .u2(constants.count())
                .put(constants.bytes())
                .u2(FINAL_SUPER)
                .u2(thisClass)
                .u2(superClass)
                .u2(1)
                .u2(consumer)
                .u2(0)
                .u2(1)
                .put(method)
                .u2(0)
                .toArray();
    }

    private ClassBytes method() {
        ClassBytes method = new ClassBytes(512);
        method.u2(PUBLIC).u2(constants.utf8("accept")).u2(constants.utf8("(Ljava/lang/Object;I)V"));
        method.u2(1).u2(constants.utf8("Code"));
        int frameTable = constants.utf8("StackMapTable");
        method.u4(20 + code.size() + frames.size());
        method.u2(stack).u2(3).u4(code.size()).put(code).u2(0);
        return method.u2(1).u2(frameTable).u4(2 + frames.size()).u2(frameCount).put(frames);
    }

    /** After each jump the stack is empty, and the locals are the parameters. */
    private void frame() {
        int delta = code.size() - lastFrame - 1;
        lastFrame = code.size();
        frameCount++;
        if (delta < 64) {
            frames.u1(delta);
        } else {
            frames.u1(251).u2(delta);
        }
    }

    private void call(JoinPoint point) {
        int size = 0;
        if (!point.isStatic()) {
            code.u1(ALOAD_1).u1(CHECKCAST).u2(constants.classNamed(point.owner()));
            size = 1;
        }
        String descriptor = point.descriptor();
        int at = 1;
        while (descriptor.charAt(at) != ')') {
            size += pushZero(descriptor.charAt(at));
            while (descriptor.charAt(at) == '[') {
                at++;
            }
            at = descriptor.charAt(at) == 'L' ? descriptor.indexOf(';', at) + 1 : at + 1;
        }
        stack = Math.max(stack, Math.max(size, 2));
        code.u1(point.isStatic() ? INVOKESTATIC : INVOKEVIRTUAL)
                .u2(constants.method(point.owner(), point.method(), descriptor));
        char result = descriptor.charAt(at + 1);
        if (result != 'V') {
            code.u1(result == 'J' || result == 'D' ? POP2 : POP);
        }
    }

    private int pushZero(char type) {
        int opcode;
        if (type == 'L' || type == '[') {
            opcode = ACONST_NULL;
        } else if (type == 'J') {
            opcode = LCONST_0;
        } else if (type == 'F') {
            opcode = FCONST_0;
        } else {
            opcode = type == 'D' ? DCONST_0 : ICONST_0;
        }
        code.u1(opcode);
        return type == 'J' || type == 'D' ? 2 : 1;
    }
}
