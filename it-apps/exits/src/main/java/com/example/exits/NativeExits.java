package com.example.exits;

import java.nio.file.Path;
import java.util.Map;

/** The ways to load a native library. The target is the library's path; its directory is on {@code java.library.path}. */
final class NativeExits {

    private NativeExits() {}

    static void addTo(Map<String, Exit> exits) {
        exits.put("System.load", System::load);
        exits.put("System.loadLibrary", target -> System.loadLibrary(name(target)));
        exits.put("Runtime.load", target -> Runtime.getRuntime().load(target));
        exits.put("Runtime.loadLibrary", target -> Runtime.getRuntime().loadLibrary(name(target)));
    }

    private static String name(String path) {
        String file = String.valueOf(Path.of(path).getFileName());
        return file.substring("lib".length(), file.lastIndexOf('.'));
    }
}
