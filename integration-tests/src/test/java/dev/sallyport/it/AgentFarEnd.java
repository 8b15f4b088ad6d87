package dev.sallyport.it;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** An agent whose class is the child's own, and which leaves a file when it is loaded. */
final class AgentFarEnd implements FarEnd {

    private final Path jar;

    AgentFarEnd(Path jar, String agentClass) {
        this.jar = jar;
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Agent-Class", agentClass);
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String target() {
        return jar.toString();
    }

    @Override
    public int seen() {
        return Files.exists(trace()) ? 1 : 0;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(trace());
            Files.deleteIfExists(jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path trace() {
        return Path.of(jar + ".loaded");
    }
}
