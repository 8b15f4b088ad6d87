package dev.sallyport.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TraceSourceTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    private final TraceSource source = new TraceSource();

    @Test
    void theApplicationsCurrentSpanIsFoundInItsOwnCopyOfTheApi() throws Exception {
        try (Application application = new Application(source)) {
            AutoCloseable scope = application.enterSpan();

            assertThat(source.current()).isEqualTo("00-" + TRACE + "-" + SPAN + "-01");

            scope.close();
            assertThat(source.current()).isNull();
        }
    }

    @Test
    void eachThreadHasItsOwnSpan() throws Exception {
        try (Application application = new Application(source)) {
            AutoCloseable scope = application.enterSpan();
            AtomicReference<@Nullable String> elsewhere = new AtomicReference<>("not asked");
            Thread thread = new Thread(() -> elsewhere.set(source.current()));
            thread.start();
            thread.join();
            scope.close();

            assertThat(elsewhere.get()).isNull();
        }
    }

    @Test
    void aContextStorageThatTheApplicationHasNotTouchedIsLeftAlone() throws Exception {
        try (Application application = new Application(source)) {
            application.load("io.opentelemetry.api.trace.Span");

            assertThat(source.current()).isNull();
            assertThat(application.loaded).doesNotContain("io.opentelemetry.context.LazyStorage");
        }
    }

    @Test
    void aCallThatTheApiMakesWhileItInitialisesDoesNotHideLaterSpans() throws Exception {
        try (Application application = new Application(source)) {
            application.decidesWhileInitialising = true;
            AutoCloseable scope = application.enterSpan();

            assertThat(application.decided).isPositive();
            assertThat(source.current()).isEqualTo("00-" + TRACE + "-" + SPAN + "-01");
            scope.close();
        }
    }

    @Test
    void nothingIsAskedWhereNoApiIsUsed() {
        assertThat(source.current()).isNull();
        assertThat(TraceSource.watches("io/opentelemetry/api/trace/Span")).isTrue();
        assertThat(TraceSource.watches("io/opentelemetry/context/LazyStorage")).isTrue();
        assertThat(TraceSource.watches("io/opentelemetry/javaagent/shaded/io/opentelemetry/context/LazyStorage"))
                .isTrue();
        assertThat(TraceSource.watches("com/shop/Span")).isFalse();
        assertThat(TraceSource.watches("io/opentelemetry/api/trace/SpanBuilder"))
                .isFalse();
    }

    @Test
    void anApiThatIsNotTheOneExpectedIsLeftAlone() throws Exception {
        try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
            source.see("io/opentelemetry/api/trace/Span", empty);
            source.see("io/opentelemetry/context/LazyStorage", empty);

            assertThat(source.current()).isNull();
            assertThat(source.current()).isNull();
        }
    }

    @Test
    void anApplicationThatIsGoneIsNotHeld() throws Exception {
        WeakReference<ClassLoader> loader = useAndLeave();
        for (int i = 0; i < 100 && loader.get() != null; i++) {
            System.gc();
            Thread.onSpinWait();
        }

        assertThat(loader.get()).isNull();
        assertThat(source.current()).isNull();
    }

    private WeakReference<ClassLoader> useAndLeave() throws Exception {
        try (Application application = new Application(source)) {
            AutoCloseable scope = application.enterSpan();
            assertThat(source.current()).isNotNull();
            scope.close();
            return new WeakReference<>(application);
        }
    }

    /** An application with a copy of the API of its own, whose loading the source hears of as under the agent. */
    private static final class Application extends URLClassLoader {

        private final TraceSource source;
        private final Set<String> loaded = new HashSet<>();
        private boolean decidesWhileInitialising;
        private int decided;

        Application(TraceSource source) {
            super(
                    new URL[] {
                        jar(OpenTelemetry.class), jar(Context.class), jar(io.opentelemetry.common.ComponentLoader.class)
                    },
                    ClassLoader.getPlatformClassLoader());
            this.source = source;
        }

        private static URL jar(Class<?> type) {
            return type.getProtectionDomain().getCodeSource().getLocation();
        }

        /** The API looks for storage providers in its static initialiser. */
        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            if (decidesWhileInitialising && name.contains("ContextStorageProvider")) {
                source.current();
                decided++;
            }
            return super.getResources(name);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            loaded.add(name);
            String internalName = name.replace('.', '/');
            if (TraceSource.watches(internalName)) {
                source.see(internalName, this);
            }
            return super.findClass(name);
        }

        @Nullable
        Object load(String name) throws ClassNotFoundException {
            return Class.forName(name, true, this);
        }

        AutoCloseable enterSpan() throws Exception {
            Class<?> flags = loadClass("io.opentelemetry.api.trace.TraceFlags");
            Class<?> state = loadClass("io.opentelemetry.api.trace.TraceState");
            Class<?> context = loadClass("io.opentelemetry.api.trace.SpanContext");
            Class<?> span = loadClass("io.opentelemetry.api.trace.Span");
            Method create = context.getMethod("create", String.class, String.class, flags, state);
            Object spanContext = create.invoke(
                    null,
                    TRACE,
                    SPAN,
                    flags.getMethod("getSampled").invoke(null),
                    state.getMethod("getDefault").invoke(null));
            Object wrapped = span.getMethod("wrap", context).invoke(null, spanContext);
            return (AutoCloseable) span.getMethod("makeCurrent").invoke(wrapped);
        }
    }
}
