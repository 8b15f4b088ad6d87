package dev.sallyport.agent;

import java.io.IOException;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The agent that the program's own jar names ({@code Launcher-Agent-Class}): the JDK loads it right after this one. */
final class LauncherAgent {

    private LauncherAgent() {}

    /** Returns whether there is one, or it cannot be told; reads the jar's manifest, which the JDK's launcher does next. */
    static boolean isNamed() {
        String jar = System.getProperty("java.class.path", "");
        if (!System.getProperty("sun.java.command", "").startsWith(jar) || !jar.endsWith(".jar")) {
            return false; // not started with -jar
        }
        try (JarFile file = new JarFile(jar, false)) {
            Manifest manifest = file.getManifest();
            return manifest != null && manifest.getMainAttributes().getValue("Launcher-Agent-Class") != null;
        } catch (IOException e) {
            return true;
        }
    }
}
