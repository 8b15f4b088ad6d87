package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that only a started process creates. */
final class ProcessFarEnd implements FarEnd {

    private final Path file;

    ProcessFarEnd(Path file) {
        this.file = file;
    }

    @Override
    public String target() {
        return file.toString();
    }

    @Override
    public int seen() {
        return Files.exists(file) ? 1 : 0;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
