package dev.sallyport.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cheap walk reads what the JDK's own does. */
class StackReaderTest {

    private static final @Nullable BareWalk BARE = BareWalk.prepare(StackReader.WALKER);

    @Test
    void thisJdkHasACheapWalk() {
        assertThat(BARE != null).isEqualTo(BareWalkClass.fits(Runtime.version().feature()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "directly",
                "by reflection",
                "by reflection on itself",
                "by a method handle",
                "by a lambda",
                "by a proxy",
                "by a task of the JDK",
                "by the JDK alone",
                "from a hidden class",
                "from below many frames of the JDK"
            })
    void bothWalksSayTheSame(String way) throws Exception {
        List<StackReader.Reading> readings = new ArrayList<>();

        asking().accept(way, () -> {
            readings.add(StackReader.read(BARE, StackReader.BARE_DEPTH, StackReader.WALKER));
            readings.add(StackReader.read(null, StackReader.BARE_DEPTH, StackReader.WALKER));
        });

        assertThat(readings).hasSizeGreaterThanOrEqualTo(2);
        for (int i = 0; i < readings.size(); i += 2) {
            StackReader.Reading cheap = readings.get(i);
            StackReader.Reading plain = readings.get(i + 1);
            assertThat(cheap.innermost()).isEqualTo(plain.innermost());
            assertThat(cheap.attribution().origin())
                    .isEqualTo(plain.attribution().origin());
            assertThat(cheap.attribution().library())
                    .isEqualTo(plain.attribution().library());
            assertThat(cheap.attribution().transport())
                    .isEqualTo(plain.attribution().transport());
            assertThat(where(cheap)).isEqualTo(where(plain));
        }
    }

    @Test
    void theSiteIsTheLineOfTheApplication() throws Exception {
        List<StackReader.Reading> readings = new ArrayList<>();

        asking().accept(
                        "directly",
                        () -> readings.add(StackReader.read(BARE, StackReader.BARE_DEPTH, StackReader.WALKER)));

        StackFrame site = Objects.requireNonNull(readings.get(0).attribution().site());
        assertThat(site.getDeclaringClass().getName()).isEqualTo(Asking.class.getName());
        assertThat(site.getMethodName()).isEqualTo("ask");
        assertThat(site.getLineNumber()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"by reflection", "by a proxy", "by a method handle"})
    void whatTheJdkWritesForACallIsNobodysLibrary(String way) throws Exception {
        List<StackReader.Reading> readings = new ArrayList<>();

        asking().accept(way, () -> readings.add(StackReader.read(BARE, StackReader.BARE_DEPTH, StackReader.WALKER)));

        assertThat(readings)
                .allSatisfy(reading -> assertThat(where(reading)).asString().contains(Asking.class.getName()));
    }

    /** JDK 17 defines them in a loader whose parent is the application's. */
    @Test
    void theClassesThatReflectionWritesAreNotTheApplications() throws Exception {
        List<Class<?>> between = new ArrayList<>();

        asking().accept(
                        "by reflection on itself",
                        () -> StackReader.WALKER.forEach(frame -> {
                            if (frame.getClassName().startsWith("jdk.internal.reflect.")) {
                                between.add(frame.getDeclaringClass());
                            }
                        }));

        assertThat(between).isNotEmpty().allMatch(type -> FrameOwner.of(type) != FrameOwner.APPLICATION);
    }

    private static @Nullable StackTraceElement where(StackReader.Reading reading) {
        StackFrame site = reading.attribution().site();
        return site == null ? null : site.toStackTraceElement();
    }

    /** The class once more, behind a loader that is not the agent's. */
    @SuppressWarnings("unchecked")
    private static BiConsumer<String, Runnable> asking() throws ReflectiveOperationException {
        ClassLoader application = new ClassLoader(StackReaderTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!name.startsWith(Asking.class.getName())) {
                    return super.loadClass(name, resolve);
                }
                try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                    byte[] bytes = in.readAllBytes();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        };
        return (BiConsumer<String, Runnable>) Class.forName(Asking.class.getName(), true, application)
                .asSubclass(BiConsumer.class)
                .getConstructor()
                .newInstance();
    }
}
