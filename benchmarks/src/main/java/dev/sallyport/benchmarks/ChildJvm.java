package dev.sallyport.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A measured program in a JVM of its own. */
final class ChildJvm {

    private final Path log;

    /** Creates one whose output goes to {@code log}, overwritten by each run. */
    ChildJvm(Path log) {
        this.log = log;
    }

    /** Returns the command line that runs the probe jar's {@code mainClass}. */
    static List<String> command(Jdk jdk, List<String> jvmOptions, String mainClass, List<String> arguments) {
        return command(jdk, jvmOptions, Built.PROBE.toString(), mainClass, arguments);
    }

    /** Returns the command line that runs {@code mainClass} from another class path. */
    static List<String> command(
            Jdk jdk, List<String> jvmOptions, String classPath, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(jdk.command("java"));
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /**
     * Runs a command to its end.
     *
     * @return the wall time from before the fork to after the exit, in nanoseconds
     * @throws IOException if it cannot be started, ends with another code than 0, or takes longer than ten minutes
     */
    long run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        long start = System.nanoTime();
        Process process = builder.start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("still running after ten minutes: " + command);
        }
        long nanos = System.nanoTime() - start;
        if (process.exitValue() != 0) {
            throw new IOException("exit code " + process.exitValue() + " of " + command + "\n" + output());
        }
        return nanos;
    }

    /** Returns what the last run printed. */
    String output() throws IOException {
        return Files.readString(log);
    }
}
