package com.example.escapes;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import sun.reflect.ReflectionFactory;

/** Makes a lookup that may see everything by a constructor that serialization opens for whoever asks. */
final class ReflectionFactoryLookup implements Escape {

    private static final int TRUSTED = -1;

    @Override
    public void attempt(String... words) throws Throwable {
        Constructor<?> constructor =
                MethodHandles.Lookup.class.getDeclaredConstructor(Class.class, Class.class, int.class);
        Constructor<?> open = ReflectionFactory.getReflectionFactory()
                .newConstructorForSerialization(MethodHandles.Lookup.class, constructor);
        TrustedLookup.connect((MethodHandles.Lookup) open.newInstance(Object.class, null, TRUSTED), words[0]);
    }
}
