package com.example.escapes;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes to the process's own memory as to a file. It writes what is there; somebody else would write something else. */
final class ProcessMemory implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "rw")) {
            long heap = heap();
            memory.seek(heap);
            int there = memory.read();
            memory.seek(heap);
            memory.write(there);
        }
        Target.connect(words[0]);
    }

    private static long heap() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            if (line.endsWith("[heap]")) {
                return Long.parseLong(line.substring(0, line.indexOf('-')), 16);
            }
        }
        throw new IOException("no heap");
    }
}
