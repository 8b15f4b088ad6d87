package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A native library of the application's own, and the kernel's list of what a process has mapped. Needs {@code /proc}. */
final class NativeFarEnd implements FarEnd {

    private final Path library;
    private final long pid;

    /**
     * @param library where the library shall lie: {@code lib<name>.so}, used once
     * @param pid the process that may load it
     */
    NativeFarEnd(Path library, Jdk jdk, long pid) {
        this.library = library;
        this.pid = pid;
        try {
            // any small library that has nothing to do when it is loaded
            Files.copy(jdk.command("java").resolveSibling("../lib/libprefs.so"), library);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String target() {
        return library.toString();
    }

    @Override
    public int seen() {
        try {
            return (int) Files.readAllLines(Path.of("/proc", Long.toString(pid), "maps")).stream()
                    .filter(line -> line.endsWith(library.toString()) && line.contains("r-xp"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(library);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
