package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.ProcessDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.io.File;
import org.jspecify.annotations.Nullable;

/**
 * Processes, below {@code ProcessBuilder.start}, which {@code startPipeline} does not go through. The program is looked
 * up as the system will do it: a name without a slash on the {@code PATH} of this JVM, a relative path, or
 * a relative entry of the {@code PATH}, from the process's working directory.
 */
public final class ProcessStart implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public ProcessStart(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("java/lang/ProcessImpl")
                    .staticMethod(
                            "start",
                            "([Ljava/lang/String;Ljava/util/Map;Ljava/lang/String;"
                                    + "[Ljava/lang/ProcessBuilder$Redirect;Z)Ljava/lang/Process;")
                    .before(parameter(0), parameter(2), NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.PROCESS};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof String[] command && command.length > 0) {
            enforcement.local().process(program(command[0], (String) b), command.clone());
        }
    }

    private static String program(String name, @Nullable String directory) {
        if (name.indexOf('/') >= 0) {
            return SystemPath.of(based(name, directory).toPath());
        }
        String path = System.getenv("PATH");
        if (path != null) {
            for (int from = 0; from <= path.length(); ) {
                int colon = path.indexOf(':', from);
                int to = colon < 0 ? path.length() : colon;
                File candidate = new File(based(from == to ? "." : path.substring(from, to), directory), name);
                if (candidate.canExecute() && candidate.isFile()) {
                    return SystemPath.of(candidate.toPath());
                }
                from = to + 1;
            }
        }
        return name;
    }

    /** The child goes to its directory before it looks for the program. */
    private static File based(String path, @Nullable String directory) {
        File file = new File(path);
        return file.isAbsolute() || directory == null ? file : new File(directory, path);
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new ProcessDeniedException(denial);
    }

    @Override
    public Proof proof() {
        return Proof.AFTER_START;
    }
}
