package com.example.escapes;

import java.lang.reflect.Field;
import sun.misc.Unsafe;

/** The {@code Unsafe} that any class can have. */
final class TheUnsafe {

    private TheUnsafe() {}

    static Unsafe get() throws ReflectiveOperationException {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        return (Unsafe) field.get(null);
    }
}
