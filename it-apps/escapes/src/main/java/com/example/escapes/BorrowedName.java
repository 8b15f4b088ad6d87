package com.example.escapes;

import com.trusted.Client;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.security.ProtectionDomain;

/** Ways in which code comes to be taken for a library that may go out. */
enum BorrowedName implements Escape {
    /** A class of the library's package, of its loader and with its code source, though it is not in its jar. */
    DEFINED {
        @Override
        Runnable intruder(int port) throws Exception {
            return create(
                    MethodHandles.privateLookupIn(Client.class, MethodHandles.lookup())
                            .defineClass(classFile()),
                    port);
        }
    },
    /** The same, as a class that no transformer sees. */
    HIDDEN {
        @Override
        Runnable intruder(int port) throws Exception {
            return create(
                    MethodHandles.privateLookupIn(Client.class, MethodHandles.lookup())
                            .defineHiddenClass(classFile(), true)
                            .lookupClass(),
                    port);
        }
    },
    /** A class of a loader that gives it the library's code source. */
    FORGED_SOURCE {
        @Override
        Runnable intruder(int port) throws Exception {
            return create(new Forger().define(classFile(), Client.class.getProtectionDomain()), port);
        }
    },
    /** A class in the package of a client, called back by the library. */
    CLAIMED_TRANSPORT {
        @Override
        Runnable intruder(int port) {
            Runnable claim = new okhttp3.Claim(port);
            return () -> Client.call(claim);
        }
    };

    abstract Runnable intruder(int port) throws Exception;

    @Override
    public void attempt(String... words) throws Throwable {
        int port = Target.of(words[0]).getPort();
        Thread thread = new Thread(intruder(port));
        Throwable[] thrown = new Throwable[1];
        thread.setUncaughtExceptionHandler((t, e) -> thrown[0] = e);
        thread.start();
        thread.join();
        if (thrown[0] != null) {
            throw thrown[0];
        }
    }

    private static Runnable create(Class<?> type, int port) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getConstructor(int.class);
        return (Runnable) constructor.newInstance(port);
    }

    private static byte[] classFile() throws IOException {
        try (InputStream in = BorrowedName.class.getResourceAsStream("/com/trusted/Intruder.class")) {
            return in.readAllBytes();
        }
    }

    private static final class Forger extends ClassLoader {

        Class<?> define(byte[] classFile, ProtectionDomain domain) {
            return defineClass("com.trusted.Intruder", classFile, 0, classFile.length, domain);
        }
    }
}
