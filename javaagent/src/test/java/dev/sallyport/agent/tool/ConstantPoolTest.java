package dev.sallyport.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConstantPoolTest {

    @Test
    void whatAClassMentionsIsFound() throws IOException {
        assertThat(mentions(Marked.class, MarkedMethods.GUARDED_TOOL)).isTrue();
        assertThat(mentions(Marked.class, "Ldev/sallyport/Nothing;")).isFalse();
        assertThat(mentions(MarkedType.class, MarkedMethods.GUARDED_TOOL)).isFalse();
        assertThat(mentions(MarkedType.class, MarkedMethods.RUNS_AS)).isTrue();
    }

    @Test
    void constantsOfEveryKindAreSteppedOver() throws IOException {
        for (Class<?> type : new Class<?>[] {
            String.class, Math.class, java.util.stream.Collectors.class, java.lang.invoke.MethodHandles.class
        }) {
            assertThat(mentions(type, "Ldev/sallyport/Nothing;"))
                    .as(type.getName())
                    .isFalse();
        }
    }

    private static boolean mentions(Class<?> type, String text) throws IOException {
        try (InputStream in =
                ClassLoader.getSystemResourceAsStream(type.getName().replace('.', '/') + ".class")) {
            return ConstantPool.mentions(
                    Objects.requireNonNull(in).readAllBytes(), new ConstantPool.Texts(List.of(text)));
        }
    }
}
