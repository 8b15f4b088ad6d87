package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.io.FileDescriptor;
import org.jspecify.annotations.Nullable;

/** No way out, but the end of one: where the JDK closes a connection, which is then no longer decided again. */
public final class ConnectionClose implements Guard {

    private static final String CLOSE = "(Ljava/io/FileDescriptor;)V";

    private final Enforcement enforcement;

    /** Creates the guard. */
    public ConnectionClose(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/nio/ch/SocketDispatcher").method("close", CLOSE).until(21).before(parameter(0), NONE, NONE),
            on("sun/nio/ch/DatagramDispatcher").method("close", CLOSE).until(21).before(parameter(0), NONE, NONE),
            // JDK 22 moved both into their new superclass
            on("sun/nio/ch/UnixDispatcher").method("close", CLOSE).since(22).before(parameter(0), NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.TCP, Via.UDP, Via.UNIX};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) {
        if (a instanceof FileDescriptor descriptor) {
            enforcement.closes(descriptor);
        }
    }

    /** What is closed inside a decision is closed all the same. */
    @Override
    public boolean mayNest(@Nullable Object a, @Nullable Object b, int n) {
        before(a, b, n);
        return true;
    }
}
