package dev.sallyport.agent.audit;

import java.lang.instrument.ClassFileTransformer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the application's current OpenTelemetry span, whichever class loaders hold the application's copy of the API, and
 * whether it uses the API alone or runs under the OpenTelemetry agent too.
 *
 * <p>It stays out of the way until the application has used the API itself: asking earlier would initialise the
 * application's context storage before the application could configure it. That is why it waits to hear of {@code
 * LazyStorage}, which the API loads at the first look at a context. It hears of it as a class file transformer that changes
 * nothing. Class loaders are held weakly; safe on any thread.
 */
public final class TraceSource implements ClassFileTransformer {

    private static final String SPAN = "io/opentelemetry/api/trace/Span";
    private static final String STORAGE = "io/opentelemetry/context/LazyStorage";
    /** What the OpenTelemetry agent puts before the names of its own copy, in the boot loader. */
    private static final String SHADED = "io/opentelemetry/javaagent/shaded/";

    private static final Api[] NONE = {};

    private volatile Api[] apis = NONE;
    private final List<WeakReference<ClassLoader>> storages = new ArrayList<>();
    private final List<WeakReference<ClassLoader>> spans = new ArrayList<>();

    /** Creates a source that has heard of no API yet. */
    public TraceSource() {}

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile) {
        if (name != null && watches(name) && loader != TraceSource.class.getClassLoader()) {
            see(name, loader);
        }
        return null;
    }

    /** Returns whether {@link #see} wants to hear of a class, by its internal name. Allocates nothing. */
    static boolean watches(String internalName) {
        return internalName.startsWith("io/opentelemetry/")
                && (internalName.endsWith(SPAN) || internalName.endsWith(STORAGE));
    }

    /**
     * Hears that a watched class is being loaded, or was before.
     *
     * @param internalName its name with slashes
     * @param loader its loader, null for the boot loader
     */
    synchronized void see(String internalName, @Nullable ClassLoader loader) {
        if (loader == null) {
            // the OpenTelemetry agent sees every span, the application's own copy of the API included: it goes first
            if (internalName.equals(SHADED + STORAGE)) {
                add(new Api(null, (SHADED + SPAN).replace('/', '.')), true);
            }
            return;
        }
        if (internalName.equals(STORAGE)) {
            storages.add(new WeakReference<>(loader));
        } else if (internalName.equals(SPAN)) {
            spans.add(new WeakReference<>(loader));
        } else {
            return;
        }
        pair();
    }

    /** Returns the calling thread's current span as a W3C {@code traceparent}, or null if there is none. */
    public @Nullable String current() {
        Api[] known = apis;
        for (int i = 0; i < known.length; i++) {
            String traceparent = known[i].current();
            if (traceparent != null) {
                return traceparent;
            }
        }
        return null;
    }

    /** Makes an API of each loader of spans whose contexts, in the same loader or a parent, are in use. */
    private void pair() {
        storages.removeIf(gone -> gone.get() == null);
        for (int i = spans.size() - 1; i >= 0; i--) {
            ClassLoader loader = spans.get(i).get();
            if (loader == null) {
                spans.remove(i);
            } else if (inUse(loader)) {
                spans.remove(i);
                add(new Api(new WeakReference<>(loader), SPAN.replace('/', '.')), false);
            }
        }
    }

    private boolean inUse(ClassLoader loader) {
        for (WeakReference<ClassLoader> storage : storages) {
            for (ClassLoader l = loader; l != null; l = l.getParent()) {
                if (l == storage.get()) {
                    return true;
                }
            }
        }
        return false;
    }

    private void add(Api api, boolean first) {
        List<Api> all = new ArrayList<>();
        for (Api known : apis) {
            if (!known.gone()) {
                all.add(known);
            }
        }
        all.add(first ? 0 : all.size(), api);
        apis = all.toArray(NONE);
    }

    /** One copy of the API. */
    private static final class Api {

        /** The handles of a copy: they live and die with its class, so nothing of ours keeps its loader. */
        private static final ClassValue<Calls> CALLS = new ClassValue<>() {
            @Override
            protected Calls computeValue(Class<?> span) {
                return Calls.of(span);
            }
        };

        private static final int MOST_FAILURES = 16;

        private final @Nullable WeakReference<ClassLoader> loader;
        private final String spanName;
        private volatile @Nullable WeakReference<Class<?>> span;
        private volatile int failures;

        Api(@Nullable WeakReference<ClassLoader> loader, String spanName) {
            this.loader = loader;
            this.spanName = spanName;
        }

        boolean gone() {
            return broken() || (loader != null && loader.get() == null);
        }

        private boolean broken() {
            return failures >= MOST_FAILURES;
        }

        @Nullable
        @SuppressWarnings("NonAtomicVolatileUpdate") // a lost count only allows one more try
        String current() {
            if (broken()) {
                return null;
            }
            try {
                Class<?> type = span();
                return type == null ? null : CALLS.get(type).traceparent();
            } catch (Throwable e) {
                // a call that the API itself makes while it initialises fails once; a copy that is older than what is
                // asked of it fails always
                failures++;
                return null;
            }
        }

        private @Nullable Class<?> span() throws ClassNotFoundException {
            WeakReference<Class<?>> known = span;
            if (known != null) {
                return known.get();
            }
            ClassLoader from = loader == null ? null : loader.get();
            if (loader != null && from == null) {
                return null;
            }
            Class<?> found = Class.forName(spanName, false, from);
            span = new WeakReference<>(found);
            return found;
        }
    }

    /** The calls that lead from nothing to a span's ids. */
    private record Calls(
            MethodHandle current,
            MethodHandle context,
            MethodHandle valid,
            MethodHandle traceId,
            MethodHandle spanId,
            MethodHandle flags,
            MethodHandle flagsHex) {

        static Calls of(Class<?> span) {
            String trace = span.getPackageName();
            ClassLoader loader = span.getClassLoader();
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            try {
                Class<?> spanContext = Class.forName(trace + ".SpanContext", false, loader);
                Class<?> traceFlags = Class.forName(trace + ".TraceFlags", false, loader);
                return new Calls(
                        generic(lookup.findStatic(span, "current", MethodType.methodType(span))),
                        generic(lookup.findVirtual(span, "getSpanContext", MethodType.methodType(spanContext))),
                        lookup.findVirtual(spanContext, "isValid", MethodType.methodType(boolean.class))
                                .asType(MethodType.methodType(boolean.class, Object.class)),
                        generic(lookup.findVirtual(spanContext, "getTraceId", MethodType.methodType(String.class))),
                        generic(lookup.findVirtual(spanContext, "getSpanId", MethodType.methodType(String.class))),
                        generic(lookup.findVirtual(spanContext, "getTraceFlags", MethodType.methodType(traceFlags))),
                        generic(lookup.findVirtual(traceFlags, "asHex", MethodType.methodType(String.class))));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("not the API that was expected", e);
            }
        }

        private static MethodHandle generic(MethodHandle handle) {
            return handle.asType(handle.type().generic());
        }

        @Nullable
        String traceparent() throws Throwable {
            Object span = (Object) current.invokeExact();
            Object spanContext = (Object) context.invokeExact(span);
            if (!(boolean) valid.invokeExact(spanContext)) {
                return null;
            }
            Object ofTrace = (Object) traceId.invokeExact(spanContext);
            Object ofSpan = (Object) spanId.invokeExact(spanContext);
            Object traceFlags = (Object) flags.invokeExact(spanContext);
            Object hex = (Object) flagsHex.invokeExact(traceFlags);
            return "00-" + ofTrace + '-' + ofSpan + '-' + hex;
        }
    }
}
