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
import org.jspecify.annotations.Nullable;

/**
 * The user's own programs, which {@code java.awt.Desktop} starts by native code: a browser that opens an address can carry
 * anything to it. Decided as the start of a process that is called {@code java.awt.Desktop}.
 */
public final class DesktopAction implements Guard {

    private static final String DESKTOP = "java/awt/Desktop";
    private static final String[] OF_ADDRESSES = {"browse", "mail"};
    private static final String[] OF_FILES = {"open", "edit", "print"};

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public DesktopAction(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        JoinPoint[] points = new JoinPoint[OF_ADDRESSES.length + OF_FILES.length + 1];
        int size = 0;
        for (String method : OF_ADDRESSES) {
            points[size++] = on(DESKTOP).method(method, "(Ljava/net/URI;)V").before(parameter(0), NONE, NONE);
        }
        for (String method : OF_FILES) {
            points[size++] = on(DESKTOP).method(method, "(Ljava/io/File;)V").before(parameter(0), NONE, NONE);
        }
        points[size] = on(DESKTOP).method("mail", "()V").before(NONE, NONE, NONE);
        return points;
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.PROCESS};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        enforcement.local().process("java.awt.Desktop", new String[] {"java.awt.Desktop", String.valueOf(a)});
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new ProcessDeniedException(denial);
    }
}
