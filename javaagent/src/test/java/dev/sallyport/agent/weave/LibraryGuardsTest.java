package dev.sallyport.agent.weave;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.agent.tool.ScriptedEnforcer;
import dev.sallyport.gate.Gate;
import java.io.IOException;
import java.io.InputStream;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.commons.ClassRemapper;
import net.bytebuddy.jar.asm.commons.Remapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LibraryGuardsTest {

    private static final String CLIENT = "dev/sallyport/agent/weave/FakeClient";
    private static final String SUFFIX = "sallyport/agent/weave/FakeClient";
    private static final String SHADED = "com/shop/inside/sallyport/agent/weave/FakeClient";

    private final List<String> created = new ArrayList<>();
    private final List<ProtectionDomain> domains = new ArrayList<>();
    private int numbers = 300;

    @BeforeEach
    void forget() {
        ScriptedEnforcer.STANDING.passed.clear();
    }

    @Test
    void theGuardIsMadeWhenTheFirstOfItsClassesIsLoadedAndNotBefore() throws Exception {
        LibraryGuards guards = guards(send("(L" + SUFFIX + ";Ljava/lang/String;)"));

        assertThat(guards.weave("com/shop/Main", null, new byte[0])).isNull();
        assertThat(guards.weave("com/shop/FakeClient", null, new byte[0])).isNull();
        assertThat(guards.weave("com/shop/evilsallyport/agent/weave/FakeClient", null, new byte[0]))
                .isNull();
        assertThat(created).isEmpty();

        assertThat(guards.weave(CLIENT, null, original())).isNotNull();
        assertThat(guards.weave(CLIENT, null, original())).isNotNull();
        assertThat(created).containsExactly("guard");
    }

    @Test
    void theMethodIsWovenAndItsOverloadIsNot() throws Exception {
        LibraryGuards guards = guards(send("(L" + SUFFIX + ";Ljava/lang/String;)"));

        Object client = client(CLIENT, guards.weave(CLIENT, null, original()));

        assertThat(send(client, "one")).isEqualTo("one to a.test");
        assertThat(client.getClass().getMethod("send", int.class).invoke(client, 2))
                .isEqualTo("2 times");
        assertThat(ScriptedEnforcer.STANDING.passed).containsExactly("before 300 one");
    }

    @Test
    void aShadedCopyIsWovenAndHasTheSameNumbers() throws Exception {
        LibraryGuards guards = guards(send("(L" + SUFFIX + ";Ljava/lang/String;)"));

        Object client = client(CLIENT, guards.weave(CLIENT, null, original()));
        Object shaded = client(SHADED, guards.weave(SHADED, null, shaded()));

        assertThat(send(client, "one")).isEqualTo("one to a.test");
        assertThat(send(shaded, "two")).isEqualTo("two to a.test");
        assertThat(ScriptedEnforcer.STANDING.passed).containsExactly("before 300 one", "before 300 two");
        assertThat(created).containsExactly("guard");
    }

    @Test
    void anyOverloadIsMetThatHasTheOperandsThatAreAskedFor() throws Exception {
        LibraryGuards guards = guards(send("("), around());

        Object client = client(CLIENT, guards.weave(CLIENT, null, original()));

        client.getClass().getMethod("send", int.class).invoke(client, 2);
        send(client, "one");
        assertThat(ScriptedEnforcer.STANDING.passed).containsExactly("enter 301", "before 300 one", "enter 301");
    }

    @Test
    void aMethodThatIsMissingIsAFailure() throws IOException {
        LibraryGuards guards =
                guards(send("("), onLibrary(SUFFIX).method("submit", "(").before(SELF, NONE, NONE));
        byte[] original = original();

        assertThatThrownBy(() -> guards.weave(CLIENT, null, original)).hasMessageContaining("submit(");
    }

    @Test
    void oneOfSeveralMethodsMustBeThereThatVersionsHave() throws Exception {
        JoinPoint renamed = onLibrary(SUFFIX).method("submit", "(").ifPresent().before(SELF, NONE, NONE);
        JoinPoint removed = onLibrary(SUFFIX).method("post", "(").ifPresent().before(SELF, NONE, NONE);
        byte[] original = original();

        assertThat(guards(send("("), renamed).weave(CLIENT, null, original)).isNotNull();
        assertThatThrownBy(() -> guards(renamed, removed).weave(CLIENT, null, original))
                .hasMessageContaining("none of the methods");
    }

    @Test
    void theGuardHearsWhereItsClassesComeFrom() throws Exception {
        ProtectionDomain domain = LibraryGuardsTest.class.getProtectionDomain();

        guards(send("(")).weave(CLIENT, domain, original());

        assertThat(domains).containsExactly(domain);
    }

    @Test
    void pointsBeyondTheLastNumberAreAFailure() throws IOException {
        numbers = Gate.POINT_LIMIT;
        LibraryGuards guards = guards(send("("));
        byte[] original = original();

        assertThatThrownBy(() -> guards.weave(CLIENT, null, original)).hasMessageContaining("no numbers left");
    }

    private static JoinPoint send(String descriptor) {
        return onLibrary(SUFFIX).method("send", descriptor).before(parameter(1), SELF, NONE);
    }

    private static JoinPoint around() {
        return onLibrary(SUFFIX).method("send", "(").around(SELF, NONE);
    }

    private LibraryGuards guards(JoinPoint... points) {
        return new LibraryGuards(
                17,
                new LibraryGuards.Standing() {
                    @Override
                    public Guard create(String className) {
                        created.add(className);
                        return new FakeGuard(points);
                    }

                    @Override
                    public int number(Guard guard, int count) {
                        int first = numbers;
                        numbers += count;
                        return first;
                    }
                },
                new String[][] {{"guard", SUFFIX}});
    }

    private final class FakeGuard implements Guard {

        private final JoinPoint[] points;

        FakeGuard(JoinPoint[] points) {
            this.points = points;
        }

        @Override
        public JoinPoint[] points() {
            return points;
        }

        @Override
        public void stands(ProtectionDomain domain) {
            domains.add(domain);
        }
    }

    private static byte[] original() throws IOException {
        try (InputStream in = LibraryGuardsTest.class.getResourceAsStream("FakeClient.class")) {
            assertThat(in).isNotNull();
            return in.readAllBytes();
        }
    }

    /** Renames the class as a shading plugin does. */
    private static byte[] shaded() throws IOException {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(original()).accept(new ClassRemapper(writer, new Shading()), 0);
        return writer.toByteArray();
    }

    private static final class Shading extends Remapper {

        Shading() {
            super(Opcodes.ASM9);
        }

        @Override
        public String map(String name) {
            return name.equals(CLIENT) ? SHADED : name;
        }
    }

    private static Object client(String name, byte @Nullable [] classFile) throws ReflectiveOperationException {
        byte[] woven = Objects.requireNonNull(classFile);
        String binary = name.replace('/', '.');
        ClassLoader loader = new ClassLoader(LibraryGuardsTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String wanted, boolean resolve) throws ClassNotFoundException {
                Class<?> loaded = findLoadedClass(wanted);
                if (loaded != null || !wanted.equals(binary)) {
                    return loaded != null ? loaded : super.loadClass(wanted, resolve);
                }
                return defineClass(wanted, woven, 0, woven.length);
            }
        };
        return loader.loadClass(binary).getConstructor(String.class).newInstance("a.test");
    }

    private static Object send(Object client, String what) throws ReflectiveOperationException {
        return client.getClass()
                .getMethod("send", client.getClass(), String.class)
                .invoke(client, client, what);
    }
}
