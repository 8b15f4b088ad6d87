package dev.sallyport.launch;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the JVM enters the jar: as an agent ({@code premain}, {@code agentmain}) or as the command line ({@code main}).
 * It opens the isolated class loader and hands over to {@code dev.sallyport.agent.Isolated} or {@code
 * dev.sallyport.cli.SallyportCommand} in there.
 */
public final class Launcher {

    /** The exit code of a JVM that was not allowed to start: EX_CONFIG of sysexits.h. */
    private static final int EX_CONFIG = 78;

    private Launcher() {}

    /** Starts the agent before the application. */
    public static void premain(@Nullable String arguments, Instrumentation instrumentation) {
        start(arguments, instrumentation);
    }

    /** Starts the agent in a JVM that is already running. */
    public static void agentmain(@Nullable String arguments, Instrumentation instrumentation) {
        start(arguments, instrumentation);
    }

    /** Runs the command line and ends the JVM with its exit code. */
    public static void main(String[] arguments) throws Throwable {
        Class<?> command = Class.forName("dev.sallyport.cli.SallyportCommand", true, open());
        try {
            System.exit((int) command.getMethod("run", String[].class).invoke(null, (Object) arguments));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void start(@Nullable String arguments, Instrumentation instrumentation) {
        try {
            StageClassLoader stage = new StageClassLoader(open());
            letSeeInternals(stage, instrumentation);
            isolated(stage).accept(arguments, instrumentation);
        } catch (Throwable t) {
            System.err.println("sallyport: the agent could not start, so the JVM does not: " + t);
            t.printStackTrace();
            Runtime.getRuntime().halt(EX_CONFIG);
        }
    }

    @SuppressWarnings("unchecked")
    private static BiConsumer<@Nullable String, Instrumentation> isolated(StageClassLoader stage)
            throws ReflectiveOperationException {
        return (BiConsumer<@Nullable String, Instrumentation>) Class.forName(StageClassLoader.FIRST, true, stage)
                .asSubclass(BiConsumer.class)
                .getConstructor()
                .newInstance();
    }

    private static AgentClassLoader open() throws IOException, URISyntaxException {
        File jar = new File(Launcher.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return new AgentClassLoader(jar);
    }

    /** Exports to the first class alone the JDK packages with which it builds the modules of the others. */
    private static void letSeeInternals(StageClassLoader stage, Instrumentation instrumentation) {
        Set<Module> first = Set.of(stage.getUnnamedModule());
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of("jdk.internal.misc", first, "jdk.internal.access", first),
                Map.of(),
                Set.of(),
                Map.of());
    }
}
