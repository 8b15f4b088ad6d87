package dev.sallyport.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares a program that prints the nanoseconds of one call, block by block, with the agent and without: JVMs of both kinds
 * take turns.
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
        return new Table("JDK " + jdk.version() + ", " + what, "without, us", "with, us", "more, us", "ratio");
    }

    /** Adds a row to {@code table}. */
    void compare(Table table, String what, String classPath, String mainClass, List<String> arguments)
            throws IOException, InterruptedException {
        Samples without = new Samples();
        Samples with = new Samples();
        List<String> agent = List.of(Built.sallyport(work, ",mode=enforce"));
        for (int pair = 0; pair < pairs; pair++) {
            without.add(micros(ChildJvm.command(jdk, List.of(), classPath, mainClass, arguments)));
            with.add(micros(ChildJvm.command(jdk, agent, classPath, mainClass, arguments)));
        }
        table.row(
                what,
                Samples.format(without.median(), 1),
                Samples.format(with.median(), 1),
                Samples.format(with.medianDifference(without), 1),
                Samples.format(with.medianRatio(without), 3));
    }

    private double micros(List<String> command) throws IOException, InterruptedException {
        child.run(command);
        Samples settled = new Samples();
        int block = 0;
        for (String line : child.output().split("\n")) {
            // a client's own warnings stand between the figures
            if (line.matches("[0-9]+") && ++block > blocks - blocks / 4) {
                settled.add(Long.parseLong(line) / 1e3);
            }
        }
        if (block != blocks) {
            throw new IOException("not " + blocks + " figures: " + child.output());
        }
        return settled.median();
    }
}
