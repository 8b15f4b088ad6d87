package dev.sallyport.it;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JVM to be started: its options, class path and environment. Nothing of the calling process's Java or Sallyport
 * settings reaches it.
 */
final class ChildJvm {

    private static final int PATIENCE_SECONDS = 90;

    private final Jdk jdk;
    private final Path directory;
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();
    private String classPath = "";

    /**
     * @param jdk what it runs on
     * @param directory its working directory; its output is kept there too
     */
    ChildJvm(Jdk jdk, Path directory) {
        this.jdk = jdk;
        this.directory = directory;
    }

    ChildJvm classPath(List<Path> entries) {
        StringBuilder joined = new StringBuilder();
        for (Path entry : entries) {
            joined.append(joined.isEmpty() ? "" : File.pathSeparator).append(entry);
        }
        classPath = joined.toString();
        return this;
    }

    /** Adds the agent, with its options as they stand behind the {@code =}; null for none. */
    ChildJvm agent(@Nullable String agentOptions) {
        return option("-javaagent:" + Product.JAR + (agentOptions == null ? "" : "=" + agentOptions));
    }

    /** Adds the agent with a policy, its journal in {@code journal} below the working directory. */
    ChildJvm policy(Path policy) {
        return agent("policy=" + policy + ",journal=" + journal());
    }

    ChildJvm option(String... jvmOptions) {
        options.addAll(Arrays.asList(jvmOptions));
        return this;
    }

    ChildJvm environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Returns where {@link #policy} has the journal written. */
    Path journal() {
        return directory.resolve("journal");
    }

    /** Runs a class to its end. */
    Exited run(String main, String... arguments) {
        List<String> command = java();
        command.add(main);
        command.addAll(Arrays.asList(arguments));
        return finish(command);
    }

    /** Runs a class to its end that has a connection to a loopback port as its standard input, as from inetd. */
    Exited runOn(int port, String main, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "exec \"$@\" <>/dev/tcp/127.0.0.1/" + port, "bash"));
        command.addAll(java());
        command.add(main);
        command.addAll(Arrays.asList(arguments));
        return finish(command);
    }

    /** Runs one of the JDK's other commands to its end, with this environment; options and class path do not apply. */
    Exited runTool(String tool, String... arguments) {
        List<String> command = new ArrayList<>(List.of(jdk.command(tool).toString()));
        command.addAll(Arrays.asList(arguments));
        return finish(command);
    }

    /** Starts a class that one talks with, line by line. */
    Conversation talk(String main, String... arguments) {
        List<String> command = java();
        command.add(main);
        command.addAll(Arrays.asList(arguments));
        Path err = file("err");
        try {
            return new Conversation(builder(command).redirectError(err.toFile()).start(), err);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> java() {
        List<String> command = new ArrayList<>(List.of(jdk.command("java").toString()));
        command.addAll(options);
        if (!classPath.isEmpty()) {
            command.add("-cp");
            command.add(classPath);
        }
        return command;
    }

    private Exited finish(List<String> command) {
        Path out = file("out");
        Path err = file("err");
        try {
            Process process = builder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            boolean finished = process.waitFor(PATIENCE_SECONDS, SECONDS);
            process.destroyForcibly().waitFor();
            Exited exited = new Exited(process.exitValue(), Files.readString(out), Files.readString(err));
            if (!finished) {
                throw new AssertionError("still running after " + PATIENCE_SECONDS + " s: " + command + "\n" + exited);
            }
            return exited;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("SALLYPORT_")
                        || name.startsWith("OTEL_")
                        || name.equals("JAVA_TOOL_OPTIONS")
                        || name.equals("JDK_JAVA_OPTIONS")
                        || name.equals("_JAVA_OPTIONS")
                        || name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
        builder.environment().putAll(environment);
        return builder;
    }

    private Path file(String suffix) {
        try {
            return Files.createTempFile(directory, "child-", "." + suffix);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
