package com.example.exits;

import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.Map;

/** The ways to load a native library. The target is the library's path; its directory is on {@code java.library.path}. */
final class NativeExits {

    private NativeExits() {}

    static void addTo(Map<String, Exit> exits) {
        exits.put("System.load", System::load);
        exits.put("System.loadLibrary", target -> System.loadLibrary(name(target)));
        exits.put("Runtime.load", target -> Runtime.getRuntime().load(target));
        exits.put("PKCS#11 provider", NativeExits::pkcs11);
        exits.put("Runtime.loadLibrary", target -> Runtime.getRuntime().loadLibrary(name(target)));
    }

    /** Has the JDK open the library as that of a token: it is open then, whatever it turns out to lack. */
    private static void pkcs11(String target) {
        Provider provider = Security.getProvider("SunPKCS11");
        if (provider != null) {
            Sink.take(provider.configure("--name=exits\nlibrary=" + target)
                    .getName()
                    .length());
        }
    }

    private static String name(String path) {
        String file = String.valueOf(Path.of(path).getFileName());
        return file.substring("lib".length(), file.lastIndexOf('.'));
    }
}
