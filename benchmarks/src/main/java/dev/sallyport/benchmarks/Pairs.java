package dev.sallyport.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares a program that prints the nanoseconds of one call, block by block, with the agent and without: JVMs of both kinds
 * take turns. Where it prints a second figure behind the first, that is the time for which the calling thread had a processor.
 */
final class Pairs {

    private final Jdk jdk;
    private final Path work;
    private final int pairs;
    private final int blocks;
    private final ChildJvm child;

    /**
     * @param work a directory for what the programs leave behind
     * @param pairs how many JVMs of each kind
     * @param blocks how many blocks the program prints, of which the last quarter counts
     */
    Pairs(Jdk jdk, Path work, int pairs, int blocks) {
        this.jdk = jdk;
        this.work = work;
        this.pairs = pairs;
        this.blocks = blocks;
        this.child = new ChildJvm(work.resolve("output"));
    }

    Table table(String what) {
        return new Table(
                "JDK " + jdk.version() + ", " + what,
                "without, us",
                "with, us",
                "more, us",
                "ratio",
                "caller's CPU without, us",
                "with, us",
                "ratio");
    }

    /** Adds a row to {@code table}. */
    void compare(Table table, String what, String classPath, String mainClass, List<String> arguments)
            throws IOException, InterruptedException {
        Times without = new Times();
        Times with = new Times();
        List<String> agent = List.of(Built.sallyport(work, ",mode=enforce"));
        for (int pair = 0; pair < pairs; pair++) {
            measure(ChildJvm.command(jdk, List.of(), classPath, mainClass, arguments), without);
            measure(ChildJvm.command(jdk, agent, classPath, mainClass, arguments), with);
        }
        table.row(
                what,
                Samples.format(without.wall.median(), 1),
                Samples.format(with.wall.median(), 1),
                Samples.format(with.wall.medianDifference(without.wall), 1),
                Samples.format(with.wall.medianRatio(without.wall), 3),
                Samples.format(without.cpu.median(), 1),
                Samples.format(with.cpu.median(), 1),
                Samples.format(with.cpu.medianRatio(without.cpu), 3));
    }

    /** In microseconds, one of each JVM; a program that tells nothing of the processor has none of the second. */
    private record Times(Samples wall, Samples cpu) {

        Times() {
            this(new Samples(), new Samples());
        }
    }

    private void measure(List<String> command, Times times) throws IOException, InterruptedException {
        child.run(command);
        Times settled = new Times();
        int block = 0;
        for (String line : child.output().split("\n")) {
            // a client's own warnings stand between the figures
            if (line.matches("[0-9]+( [0-9]+)?") && ++block > blocks - blocks / 4) {
                String[] figures = line.split(" ");
                settled.wall.add(Long.parseLong(figures[0]) / 1e3);
                if (figures.length > 1) {
                    settled.cpu.add(Long.parseLong(figures[1]) / 1e3);
                }
            }
        }
        if (block != blocks) {
            throw new IOException("not " + blocks + " figures: " + child.output());
        }
        times.wall.add(settled.wall.median());
        if (settled.cpu.size() > 0) {
            times.cpu.add(settled.cpu.median());
        }
    }
}
