package com.example.escapes;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Tells the gate, as the JDK does, that an allowed name resolves to somewhere else. */
final class PoisonedNames implements Escape {

    private static final String ALLOWED = "allowed.example";

    @Override
    public void attempt(String... words) throws Throwable {
        InetSocketAddress target = Target.of(words[0]);
        try {
            Class<?> gate = Class.forName("dev.sallyport.gate.Gate");
            Method after = gate.getMethod("after", Object.class, int.class, Object.class);
            int points = gate.getField("POINT_LIMIT").getInt(null);
            for (int point = 0; point < points; point++) {
                tell(after, point, target.getAddress());
            }
        } catch (ClassNotFoundException noGate) {
            // nothing to tell
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(
                    InetAddress.getByAddress(ALLOWED, target.getAddress().getAddress()), target.getPort()));
        }
    }

    private static void tell(Method after, int point, InetAddress address) throws IllegalAccessException {
        try {
            after.invoke(null, new InetAddress[] {address}, point, ALLOWED);
        } catch (InvocationTargetException noSuchPoint) {
            // or one that refuses
        }
    }
}
