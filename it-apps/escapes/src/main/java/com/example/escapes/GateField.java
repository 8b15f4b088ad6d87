package com.example.escapes;

import java.lang.reflect.Field;

/** Finds what stands behind the gate by reflection, tells it that it has nothing to do, and connects. */
final class GateField implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        try {
            Class<?> gate = Class.forName("dev.sallyport.gate.Gate");
            Field field = gate.getDeclaredField("ENFORCER");
            field.setAccessible(true);
            Object enforcer = field.get(null);
            if (enforcer != null) {
                Field armed = enforcer.getClass().getDeclaredField("armed");
                armed.setAccessible(true);
                armed.setBoolean(enforcer, false);
            }
        } catch (ClassNotFoundException noGate) {
            // nothing to get around
        }
        Target.connect(words[0]);
    }
}
