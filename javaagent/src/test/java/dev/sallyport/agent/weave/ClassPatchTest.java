package dev.sallyport.agent.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is patched by hand is what ASM makes of it, for every method of the JDK's classes. */
class ClassPatchTest {

    @ParameterizedTest
    @ValueSource(strings = {"java/lang", "java/net", "java/util", "sun/nio", "sun/security", "jdk/internal"})
    void isWhatAsmMakesOfEachMethodOfThePackage(String inPackage) throws IOException {
        int patched = 0;
        int beyond = 0;
        for (Path file : classFiles(inPackage)) {
            byte[] classFile = Files.readAllBytes(file);
            JoinPoint[] points = points(classFile);
            int[] numbers = numbers(points.length);
            boolean[] met = new boolean[points.length];

            byte[] woven = ClassPatch.weave(classFile, points, numbers, met);

            if (woven != null) {
                boolean[] metByAsm = new boolean[points.length];
                String name = new ClassReader(classFile).getClassName();
                byte[] expected = AsmWeave.weave(classFile, name, points, numbers, metByAsm);
                assertThat(Arrays.equals(inOneForm(woven), inOneForm(expected)))
                        .as(name)
                        .isTrue();
                assertThat(met).as(name).containsExactly(metByAsm);
                patched++;
            } else {
                beyond++;
            }
        }
        assertThat(patched).isGreaterThan(100);
        assertThat(beyond).as("left to ASM").isLessThan(patched / 20);
    }

    /** Two points in each method with a body: one before it, and one at its returns. */
    private static JoinPoint[] points(byte[] classFile) {
        List<JoinPoint> points = new ArrayList<>();
        ClassReader reader = new ClassReader(classFile);
        String owner = reader.getClassName();
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public @Nullable MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        // a constructor has no object to show before it has called another
                        if ((access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) == 0 && !name.startsWith("<")) {
                            boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
                            JoinPoint.On on = JoinPoint.on(owner);
                            JoinPoint.On method =
                                    isStatic ? on.staticMethod(name, descriptor) : on.method(name, descriptor);
                            Operand self = isStatic ? Operand.staticField("some", "I") : Operand.SELF;
                            points.add(method.before(self, last(descriptor, Type.OBJECT), last(descriptor, Type.INT)));
                            points.add(method.after(isStatic ? Operand.NONE : Operand.field("other", "[I")));
                        }
                        return null;
                    }
                },
                ClassReader.SKIP_CODE);
        return points.toArray(new JoinPoint[0]);
    }

    /** Returns the last parameter of a sort. */
    private static Operand last(String descriptor, int sort) {
        Type[] parameters = Type.getArgumentTypes(descriptor);
        for (int i = parameters.length - 1; i >= 0; i--) {
            if (parameters[i].getSort() == sort) {
                return Operand.parameter(i);
            }
        }
        return Operand.NONE;
    }

    private static int[] numbers(int count) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = i + 3;
        }
        return numbers;
    }

    /** Constants in the order of their use, and the stack as deep as it must be. */
    private static byte[] inOneForm(byte[] classFile) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        new ClassReader(classFile).accept(writer, 0);
        return writer.toByteArray();
    }

    private static List<Path> classFiles(String inPackage) {
        Path base = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base", inPackage);
        try (Stream<Path> files = Files.walk(base)) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
