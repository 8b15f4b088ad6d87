package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** A multicast group of its own, and the kernel's list of the groups that this machine is in. Needs {@code /proc}. */
final class GroupFarEnd implements FarEnd {

    private static final AtomicInteger GROUPS = new AtomicInteger();

    private final int number = GROUPS.incrementAndGet();

    @Override
    public String target() {
        return "239.255." + number / 256 + "." + number % 256 + ":9";
    }

    @Override
    public int seen() {
        // the kernel prints the four bytes as a little-endian number
        String group = String.format(Locale.ROOT, "%02X%02XFFEF", number % 256, number / 256);
        try {
            return (int) Files.readAllLines(Path.of("/proc/net/igmp")).stream()
                    .filter(line -> line.strip().startsWith(group))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {}
}
