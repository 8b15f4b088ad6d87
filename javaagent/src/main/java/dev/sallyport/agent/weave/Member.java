package dev.sallyport.agent.weave;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * A method or field of a library's objects, by its name. It is looked for once on each class of objects, so that all
 * versions and copies of the library will do; nothing of the library is compiled against. Access does not matter, nor does
 * the module. Safe on any thread, and quick once it is found.
 *
 * <p>What a method throws comes through; a checked exception as the cause of an {@link IllegalStateException}, and as
 * such comes also that there is no member of the name. A guard lets all of it go to where {@code onError} is decided.
 */
public final class Member {

    private static final MethodHandles.Lookup TRUSTED = trusted();
    private static final MethodType READ = MethodType.methodType(Object.class, Object.class);
    private static final MethodType READ_INT = MethodType.methodType(int.class, Object.class);
    private static final MethodType READ_LONG = MethodType.methodType(long.class, Object.class);
    private static final MethodType CALL = MethodType.methodType(Object.class, Object.class, Object.class);

    private final String label;
    private final ClassValue<MethodHandle> handles;

    private Member(String[] names, boolean isField, MethodType type, Class<?>... parameters) {
        this.label = String.join(" or ", names);
        this.handles = new ClassValue<>() {
            @Override
            protected MethodHandle computeValue(Class<?> owner) {
                return find(owner, names, isField, parameters).asType(type);
            }
        };
    }

    /**
     * Returns a method without parameters that returns an object.
     *
     * @param names its name, or the names that it has in different versions
     */
    public static Member method(String... names) {
        return new Member(names, false, READ);
    }

    /** Returns a method without parameters that returns an int. */
    public static Member intMethod(String... names) {
        return new Member(names, false, READ_INT);
    }

    /** Returns a method without parameters that returns a long or an int. */
    public static Member longMethod(String... names) {
        return new Member(names, false, READ_LONG);
    }

    /** Returns a method with one parameter, of exactly this type. */
    public static Member methodOf(Class<?> parameter, String... names) {
        return new Member(names, false, CALL, parameter);
    }

    /** Returns a field that holds an object. */
    public static Member field(String... names) {
        return new Member(names, true, READ);
    }

    /** Returns what the method returns, or the field's value. */
    public @Nullable Object get(Object target) {
        try {
            return (Object) handles.get(target.getClass()).invokeExact(target);
        } catch (Throwable t) {
            throw thrown(target, t);
        }
    }

    /** Returns what the method returns, or the field's value, where neither may be null. */
    public Object require(Object target) {
        Object value = get(target);
        if (value == null) {
            throw new IllegalStateException(target.getClass().getName() + " has null for " + label);
        }
        return value;
    }

    /** Calls a method of {@link #methodOf} that may not return null. */
    public Object require(Object target, @Nullable Object argument) {
        Object value = call(target, argument);
        if (value == null) {
            throw new IllegalStateException(target.getClass().getName() + " has null for " + label);
        }
        return value;
    }

    /** Returns what the method returns, as text; null if it returns null. */
    public @Nullable String text(Object target) {
        Object value = get(target);
        return value == null ? null : value.toString();
    }

    /** Returns what a method of {@link #intMethod} returns. */
    public int getInt(Object target) {
        try {
            return (int) handles.get(target.getClass()).invokeExact(target);
        } catch (Throwable t) {
            throw thrown(target, t);
        }
    }

    /** Returns what a method of {@link #longMethod} returns. */
    public long getLong(Object target) {
        try {
            return (long) handles.get(target.getClass()).invokeExact(target);
        } catch (Throwable t) {
            throw thrown(target, t);
        }
    }

    /** Calls a method of {@link #methodOf}. */
    public @Nullable Object call(Object target, @Nullable Object argument) {
        try {
            return (Object) handles.get(target.getClass()).invokeExact(target, argument);
        } catch (Throwable t) {
            throw thrown(target, t);
        }
    }

    /**
     * Calls a public static method of another class of the same library, the one of its name that takes the argument and
     * nothing else; not quick.
     *
     * @param near a class of the library
     * @param itsName the binary name that it has if the library has not been shaded
     * @param className the name that the other one has then
     */
    public static Object callStatic(Class<?> near, String itsName, String className, String method, Object argument) {
        String name = near.getName();
        String shaded = name.endsWith(itsName) ? name.substring(0, name.length() - itsName.length()) : "";
        try {
            Class<?> owner = Class.forName(shaded + className, true, near.getClassLoader());
            for (Method each : owner.getMethods()) {
                if (each.getName().equals(method)
                        && each.getParameterCount() == 1
                        && each.getParameterTypes()[0].isInstance(argument)) {
                    return TRUSTED.unreflect(each).invoke(argument);
                }
            }
        } catch (Throwable t) {
            throw new IllegalStateException(className + '.' + method + " failed", t);
        }
        throw new IllegalStateException(className + " has no " + method);
    }

    /** Returns a static method of a class of the JDK, whatever may see it. */
    public static MethodHandle staticMethod(String className, String name, MethodType type) {
        try {
            return TRUSTED.findStatic(Class.forName(className), name, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no static method " + name + " in " + className, e);
        }
    }

    private RuntimeException thrown(Object target, Throwable thrown) {
        if (thrown instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(label + " of " + target.getClass().getName() + " failed", thrown);
    }

    private static MethodHandle find(Class<?> owner, String[] names, boolean isField, Class<?>[] parameters) {
        for (String name : names) {
            for (Class<?> type = owner; type != null; type = type.getSuperclass()) {
                MethodHandle found = isField ? field(type, name) : method(type, name, parameters);
                if (found != null) {
                    return found;
                }
            }
        }
        if (!isField) {
            for (String name : names) {
                for (Class<?> type = owner; type != null; type = type.getSuperclass()) {
                    MethodHandle found = inInterfaces(type, name, parameters);
                    if (found != null) {
                        return found;
                    }
                }
            }
        }
        throw new IllegalStateException(owner.getName() + " has no " + String.join(" or ", names));
    }

    private static @Nullable MethodHandle inInterfaces(Class<?> type, String name, Class<?>[] parameters) {
        for (Class<?> each : type.getInterfaces()) {
            MethodHandle found = method(each, name, parameters);
            if (found == null) {
                found = inInterfaces(each, name, parameters);
            }
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable MethodHandle method(Class<?> type, String name, Class<?>[] parameters) {
        Method[] methods;
        try {
            methods = type.getDeclaredMethods();
        } catch (LinkageError e) {
            return null; // names a class that is not there; what is looked for may be declared above it
        }
        try {
            for (Method method : methods) {
                if (method.getName().equals(name) && Arrays.equals(method.getParameterTypes(), parameters)) {
                    return TRUSTED.unreflect(method);
                }
            }
            return null;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable MethodHandle field(Class<?> type, String name) {
        try {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    return TRUSTED.unreflectGetter(field);
                }
            }
            return null;
        } catch (LinkageError e) {
            return null;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The lookup for which every class is open; reading it needs the JDK's own {@code Unsafe}, which the agent has. */
    private static MethodHandles.Lookup trusted() {
        try {
            Field field = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
            Unsafe unsafe = Unsafe.getUnsafe();
            return (MethodHandles.Lookup)
                    unsafe.getReference(unsafe.staticFieldBase(field), unsafe.staticFieldOffset(field));
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }
}
