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
            AgentClassLoader loader = open();
            letSeeInternals(loader, instrumentation);
            isolated(loader).accept(arguments, instrumentation);
        } catch (Throwable t) {
            System.err.println("sallyport: the agent could not start, so the JVM does not: " + t);
            t.printStackTrace();
            Runtime.getRuntime().halt(EX_CONFIG);
        }
    }

    @SuppressWarnings("unchecked")
    private static BiConsumer<@Nullable String, Instrumentation> isolated(AgentClassLoader loader)
            throws ReflectiveOperationException {
        return (BiConsumer<@Nullable String, Instrumentation>)
                Class.forName("dev.sallyport.agent.Isolated", true, loader)
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

    /** Exports to the isolated loader, and to nobody else, the JDK packages that the agent is built on. */
    private static void letSeeInternals(AgentClassLoader loader, Instrumentation instrumentation) {
        Set<Module> agent = Set.of(loader.getUnnamedModule());
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of("jdk.internal.misc", agent, "jdk.internal.access", agent, "sun.net.www", agent),
                Map.of(),
                Set.of(),
                Map.of());
    }
}
