package dev.sallyport.agent.weave;

import org.jspecify.annotations.Nullable;

/**
 * One method's {@code Code} attribute (JVMS 4.7.3) with instructions put before the first one, and before each return. Put
 * in is only what neither jumps nor needs a frame of its own, so everything else keeps its meaning and merely moves. For one
 * thread.
 */
final class CodePatch {

    private static final int TABLESWITCH = 170;
    private static final int LOOKUPSWITCH = 171;
    private static final int FIRST_RETURN = 172;
    private static final int LAST_RETURN = 177;
    private static final int WIDE = 196;
    private static final int GOTO_W = 200;
    private static final int JSR_W = 201;
    private static final int IINC = 132;
    private static final int MOST_CODE = 65_535;

    /** The lengths of the instructions by opcode, those of the three above left out. */
    private static final String LENGTHS = "1111111111111111" // nop to dconst_1
            + "23233" // bipush, sipush, ldc, ldc_w, ldc2_w
            + "22222" // iload to aload
            + "1111111111111111111111111111" // iload_0 to saload
            + "22222" // istore to astore
            + "1111111111111111111111111111111111111111111111111111111111111111111111111" // istore_0 to lxor
            + "3" // iinc
            + "11111111111111111111" // i2l to dcmpg
            + "33333333333333332" // ifeq to jsr, and ret
            + "00" // the switches
            + "111111" // the returns
            + "3333333" // getstatic to invokestatic
            + "55" // invokeinterface, invokedynamic
            + "3231133" // new to instanceof
            + "11" // monitorenter, monitorexit
            + "04" // wide, multianewarray
            + "33" // ifnull, ifnonnull
            + "55"; // goto_w, jsr_w

    private final byte[] from;
    private final ConstantNames names;
    private final int codeAt;
    private final int codeLength;

    /** Where each instruction stands in the new code; a jump to one that something was put before leads to that. */
    private final int[] moved;

    /** Reads names of attributes. */
    interface ConstantNames {

        /** Returns whether the constant of this number is the text. */
        boolean is(int index, String text);
    }

    /**
     * Prepares the patch of one attribute.
     *
     * @param from the class file
     * @param at where the attribute's content begins, behind its name and length
     */
    CodePatch(byte[] from, int at, ConstantNames names) {
        this.from = from;
        this.names = names;
        this.codeAt = at + 8;
        this.codeLength = ClassBytes.s4(from, at + 4);
        this.moved = new int[codeLength + 1];
    }

    /**
     * Writes the attribute's new content.
     *
     * @param before what is put before the first instruction
     * @param atReturn what is put before each return, null for nothing
     * @param stack how many values more lie on the stack in what is put in
     * @return whether it could be done; if not, what was written is of no use
     */
    boolean write(ClassBytes to, ClassBytes before, @Nullable ClassBytes atReturn, int stack) {
        if (!move(before.size(), atReturn)) {
            return false;
        }
        to.u2(ClassBytes.u2(from, codeAt - 8) + stack);
        to.u2(ClassBytes.u2(from, codeAt - 6));
        to.u4(moved[codeLength]);
        to.put(before);
        for (int pc = 0; pc < codeLength; pc += length(pc)) {
            if (!writeInstruction(to, pc, atReturn)) {
                return false;
            }
        }
        int at = codeAt + codeLength;
        int handlers = ClassBytes.u2(from, at);
        to.u2(handlers);
        at += 2;
        for (int i = 0; i < handlers; i++) {
            to.u2(moved[ClassBytes.u2(from, at)]);
            to.u2(moved[ClassBytes.u2(from, at + 2)]);
            to.u2(moved[ClassBytes.u2(from, at + 4)]);
            to.u2(ClassBytes.u2(from, at + 6));
            at += 8;
        }
        int attributes = ClassBytes.u2(from, at);
        to.u2(attributes);
        at += 2;
        for (int i = 0; i < attributes; i++) {
            int length = ClassBytes.s4(from, at + 2);
            if (!writeAttribute(to, at)) {
                return false;
            }
            at += 6 + length;
        }
        return true;
    }

    private boolean move(int before, @Nullable ClassBytes atReturn) {
        int to = before;
        for (int pc = 0; pc < codeLength; ) {
            moved[pc] = to;
            int length = length(pc);
            int opcode = ClassBytes.u1(from, codeAt + pc);
            if (opcode == TABLESWITCH || opcode == LOOKUPSWITCH) {
                to += length - padding(pc) + padding(to);
            } else {
                to += length + (atReturn != null && isReturn(opcode) ? atReturn.size() : 0);
            }
            pc += length;
        }
        moved[codeLength] = to;
        return to <= MOST_CODE;
    }

    private boolean writeInstruction(ClassBytes to, int pc, @Nullable ClassBytes atReturn) {
        int opcode = ClassBytes.u1(from, codeAt + pc);
        int at = codeAt + pc;
        if (isJump(opcode)) {
            int offset = moved[pc + (short) ClassBytes.u2(from, at + 1)] - moved[pc];
            if (offset != (short) offset) {
                return false;
            }
            to.u1(opcode).u2(offset);
        } else if (opcode == GOTO_W || opcode == JSR_W) {
            to.u1(opcode).u4(offset(pc, at + 1));
        } else if (opcode == TABLESWITCH || opcode == LOOKUPSWITCH) {
            writeSwitch(to, pc, opcode);
        } else {
            if (atReturn != null && isReturn(opcode)) {
                to.put(atReturn);
            }
            to.put(from, at, length(pc));
        }
        return true;
    }

    private void writeSwitch(ClassBytes to, int pc, int opcode) {
        int at = codeAt + pc + 1 + padding(pc);
        to.u1(opcode);
        for (int i = padding(moved[pc]); i > 0; i--) {
            to.u1(0);
        }
        to.u4(offset(pc, at));
        to.u4(ClassBytes.s4(from, at + 4));
        if (opcode == TABLESWITCH) {
            to.u4(ClassBytes.s4(from, at + 8));
            int count = ClassBytes.s4(from, at + 8) - ClassBytes.s4(from, at + 4) + 1;
            for (int i = 0; i < count; i++) {
                to.u4(offset(pc, at + 12 + 4 * i));
            }
        } else {
            int count = ClassBytes.s4(from, at + 4);
            for (int i = 0; i < count; i++) {
                to.u4(ClassBytes.s4(from, at + 8 + 8 * i));
                to.u4(offset(pc, at + 12 + 8 * i));
            }
        }
    }

    /** Returns the new offset of a jump from {@code pc} whose old one stands at {@code at}. */
    private int offset(int pc, int at) {
        return moved[pc + ClassBytes.s4(from, at)] - moved[pc];
    }

    private boolean writeAttribute(ClassBytes to, int at) {
        int name = ClassBytes.u2(from, at);
        if (names.is(name, "LineNumberTable")) {
            int count = ClassBytes.u2(from, at + 6);
            to.put(from, at, 8);
            for (int i = 0; i < count; i++) {
                to.u2(moved[ClassBytes.u2(from, at + 8 + 4 * i)]);
                to.u2(ClassBytes.u2(from, at + 10 + 4 * i));
            }
            return true;
        }
        if (names.is(name, "LocalVariableTable") || names.is(name, "LocalVariableTypeTable")) {
            int count = ClassBytes.u2(from, at + 6);
            to.put(from, at, 8);
            for (int i = 0; i < count; i++) {
                int entry = at + 8 + 10 * i;
                int start = ClassBytes.u2(from, entry);
                int end = start + ClassBytes.u2(from, entry + 2);
                to.u2(moved[start]).u2(moved[end] - moved[start]).put(from, entry + 4, 6);
            }
            return true;
        }
        if (names.is(name, "StackMapTable")) {
            to.u2(name);
            int start = to.size();
            to.u4(0);
            writeFrames(to, at + 6);
            to.setU4(start, to.size() - start - 4);
            return true;
        }
        return false;
    }

    /** The frames of JVMS 4.7.4, each of which says how far it stands behind the one before. */
    private void writeFrames(ClassBytes to, int table) {
        int count = ClassBytes.u2(from, table);
        to.u2(count);
        int at = table + 2;
        int old = -1;
        int now = -1;
        for (int i = 0; i < count; i++) {
            int type = ClassBytes.u1(from, at++);
            int delta = type;
            if (type >= 247) {
                delta = ClassBytes.u2(from, at);
                at += 2;
            } else if (type >= 64) {
                delta = type - 64;
            }
            old += delta + 1;
            int moves = moved[old] - now - 1;
            now = moved[old];
            if (type < 64 || type == 251) {
                writeHead(to, 0, 251, moves);
            } else if (type < 128 || type == 247) {
                writeHead(to, 64, 247, moves);
                at = writeTypes(to, at, 1);
            } else {
                to.u1(type).u2(moves);
                if (type > 251 && type < 255) {
                    at = writeTypes(to, at, type - 251);
                } else if (type == 255) {
                    for (int list = 0; list < 2; list++) {
                        int types = ClassBytes.u2(from, at);
                        to.u2(types);
                        at = writeTypes(to, at + 2, types);
                    }
                }
            }
        }
    }

    private static void writeHead(ClassBytes to, int shortType, int longType, int delta) {
        if (delta < 64) {
            to.u1(shortType + delta);
        } else {
            to.u1(longType).u2(delta);
        }
    }

    private int writeTypes(ClassBytes to, int from0, int count) {
        int at = from0;
        for (int i = 0; i < count; i++) {
            int tag = ClassBytes.u1(from, at++);
            to.u1(tag);
            if (tag == 7) { // an object: its class
                to.u2(ClassBytes.u2(from, at));
                at += 2;
            } else if (tag == 8) { // not initialised yet: where it was made
                to.u2(moved[ClassBytes.u2(from, at)]);
                at += 2;
            }
        }
        return at;
    }

    private static int padding(int pc) {
        return 3 - (pc & 3);
    }

    private static boolean isReturn(int opcode) {
        return opcode >= FIRST_RETURN && opcode <= LAST_RETURN;
    }

    private static boolean isJump(int opcode) {
        return (opcode >= 153 && opcode <= 168) || opcode == 198 || opcode == 199;
    }

    /** Returns the length of the instruction at {@code pc} (JVMS 6.5). */
    private int length(int pc) {
        int opcode = ClassBytes.u1(from, codeAt + pc);
        if (opcode == TABLESWITCH) {
            int at = codeAt + pc + 1 + padding(pc);
            return 13 + padding(pc) + 4 * (ClassBytes.s4(from, at + 8) - ClassBytes.s4(from, at + 4) + 1);
        }
        if (opcode == LOOKUPSWITCH) {
            return 9 + padding(pc) + 8 * ClassBytes.s4(from, codeAt + pc + 1 + padding(pc) + 4);
        }
        if (opcode == WIDE) {
            return ClassBytes.u1(from, codeAt + pc + 1) == IINC ? 6 : 4;
        }
        return LENGTHS.charAt(opcode) - '0';
    }
}
