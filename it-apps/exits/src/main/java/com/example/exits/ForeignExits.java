package com.example.exits;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The ways into native code that need no JNI library. They are public on JDK 22 and later, an incubator's on JDK 17, and so
 * all reached by reflection. The target is a file: one that libc's {@code system()} shall create, or a library.
 */
final class ForeignExits {

    private ForeignExits() {}

    static void addTo(Map<String, Exit> exits) {
        exits.put("Linker.downcallHandle", ForeignExits::linker);
        exits.put("Linker.downcallHandle, by address", ForeignExits::linkerOfAnyAddress);
        exits.put("CLinker.downcallHandle", ForeignExits::incubatorLinker);
        exits.put("SymbolLookup.libraryLookup", ForeignExits::libraryLookup);
        exits.put("SymbolLookup.libraryLookup, by name", ForeignExits::libraryLookupByName);
    }

    /** {@code Linker.nativeLinker().downcallHandle(symbol, int(pointer)).invoke("touch FILE")}. */
    private static void linker(String target) throws Throwable {
        MethodHandle system = (MethodHandle) Foreign.method("Linker", "downcallHandle", 3)
                .invoke(Foreign.nativeLinker(), Foreign.symbol("system"), Foreign.intOfPointer(), Foreign.noOptions());
        system.invoke(Foreign.text("touch " + target));
    }

    private static void linkerOfAnyAddress(String target) throws Throwable {
        MethodHandle any = (MethodHandle) Foreign.method("Linker", "downcallHandle", 2)
                .invoke(Foreign.nativeLinker(), Foreign.intOfPointer(), Foreign.noOptions());
        any.invoke(Foreign.symbol("system"), Foreign.text("touch " + target));
    }

    private static void libraryLookup(String target) throws Throwable {
        Class<?> lookup = Class.forName("java.lang.foreign.SymbolLookup");
        lookup.getMethod("libraryLookup", Path.class, Class.forName("java.lang.foreign.Arena"))
                .invoke(null, Path.of(target), Foreign.arena());
    }

    private static void libraryLookupByName(String target) throws Throwable {
        Class<?> lookup = Class.forName("java.lang.foreign.SymbolLookup");
        lookup.getMethod("libraryLookup", String.class, Class.forName("java.lang.foreign.Arena"))
                .invoke(null, target, Foreign.arena());
    }

    /** As on JDK 17, with {@code --add-modules jdk.incubator.foreign}. */
    private static void incubatorLinker(String target) throws Throwable {
        Class<?> type = Class.forName("jdk.incubator.foreign.CLinker");
        Object layout = type.getField("C_INT").get(null);
        Class<?> memoryLayout = Class.forName("jdk.incubator.foreign.MemoryLayout");
        Object pointers = Array.newInstance(memoryLayout, 1);
        Array.set(pointers, 0, type.getField("C_POINTER").get(null));
        Class<?> descriptor = Class.forName("jdk.incubator.foreign.FunctionDescriptor");
        Object function =
                descriptor.getMethod("of", memoryLayout, pointers.getClass()).invoke(null, layout, pointers);
        Object lookup = type.getMethod("systemLookup").invoke(null);
        Optional<?> symbol = (Optional<?>) Class.forName("jdk.incubator.foreign.SymbolLookup")
                .getMethod("lookup", String.class)
                .invoke(lookup, "system");
        Class<?> addressable = Class.forName("jdk.incubator.foreign.Addressable");
        MethodHandle system = (MethodHandle) type.getMethod("downcallHandle", addressable, MethodType.class, descriptor)
                .invoke(
                        type.getMethod("getInstance").invoke(null),
                        symbol.orElseThrow(),
                        MethodType.methodType(int.class, Class.forName("jdk.incubator.foreign.MemoryAddress")),
                        function);
        Class<?> scope = Class.forName("jdk.incubator.foreign.ResourceScope");
        Object text = type.getMethod("toCString", String.class, scope)
                .invoke(null, "touch " + target, scope.getMethod("globalScope").invoke(null));
        system.invoke(addressable.getMethod("address").invoke(text));
    }

    /** The little of {@code java.lang.foreign} that is needed. */
    private static final class Foreign {

        static Class<?> type(String name) throws ReflectiveOperationException {
            return Class.forName("java.lang.foreign." + name);
        }

        static Method method(String type, String name, int parameters) throws ReflectiveOperationException {
            for (Method method : type(type).getMethods()) {
                if (method.getName().equals(name) && method.getParameterCount() == parameters) {
                    return method;
                }
            }
            throw new NoSuchMethodException(name);
        }

        static Object nativeLinker() throws ReflectiveOperationException {
            return type("Linker").getMethod("nativeLinker").invoke(null);
        }

        static Object symbol(String name) throws ReflectiveOperationException {
            Object lookup = type("Linker").getMethod("defaultLookup").invoke(nativeLinker());
            Optional<?> symbol = (Optional<?>)
                    type("SymbolLookup").getMethod("find", String.class).invoke(lookup, name);
            return symbol.orElseThrow();
        }

        static Object intOfPointer() throws ReflectiveOperationException {
            Class<?> layout = type("MemoryLayout");
            Object pointers = Array.newInstance(layout, 1);
            Array.set(pointers, 0, type("ValueLayout").getField("ADDRESS").get(null));
            return type("FunctionDescriptor")
                    .getMethod("of", layout, pointers.getClass())
                    .invoke(null, type("ValueLayout").getField("JAVA_INT").get(null), pointers);
        }

        static Object noOptions() throws ReflectiveOperationException {
            return Array.newInstance(Class.forName("java.lang.foreign.Linker$Option"), 0);
        }

        static Object arena() throws ReflectiveOperationException {
            return type("Arena").getMethod("global").invoke(null);
        }

        static Object text(String text) throws ReflectiveOperationException {
            return type("SegmentAllocator")
                    .getMethod("allocateFrom", String.class)
                    .invoke(arena(), text);
        }
    }
}
