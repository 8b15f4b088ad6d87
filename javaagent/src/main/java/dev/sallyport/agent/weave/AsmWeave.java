package dev.sallyport.agent.weave;

import java.util.List;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import org.jspecify.annotations.Nullable;

/**
 * Weaves what {@link ClassPatch} does not: libraries, and whatever jumps or catches. Apart, so that ASM is loaded with it
 * and not before.
 */
final class AsmWeave {

    private AsmWeave() {}

    /** Puts the gate calls of one class in, as {@link GateVisitor} says. */
    static byte[] weave(byte[] classFile, String name, JoinPoint[] points, int[] numbers, boolean[] met) {
        return weave(classFile, name, points, numbers, met, null, List.of());
    }

    /**
     * Puts the gate calls of one class in, and what carries contexts.
     *
     * @param carrying weaves more into it, null if nothing does
     * @param missing takes what that should have woven and did not meet
     */
    static byte[] weave(
            byte[] classFile,
            String name,
            JoinPoint[] points,
            int[] numbers,
            boolean[] met,
            Weaver.@Nullable JdkWeave carrying,
            List<String> missing) {
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        ClassVisitor visitor = carrying == null ? writer : carrying.visitor(name, writer, missing);
        reader.accept(new GateVisitor(visitor, name, points, numbers, met), 0);
        return writer.toByteArray();
    }
}
