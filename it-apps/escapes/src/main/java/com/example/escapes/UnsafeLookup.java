package com.example.escapes;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import sun.misc.Unsafe;

/** Reads the lookup that may see everything out of its field. */
final class UnsafeLookup implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        Unsafe unsafe = TheUnsafe.get();
        Field field = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
        MethodHandles.Lookup trusted =
                (MethodHandles.Lookup) unsafe.getObject(unsafe.staticFieldBase(field), unsafe.staticFieldOffset(field));
        TrustedLookup.connect(trusted, words[0]);
    }
}
