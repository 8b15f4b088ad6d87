package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.io.FileDescriptor;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Connects to Unix domain sockets, by the path at which the system will look. */
public final class UnixConnect implements Guard {

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public UnixConnect(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/nio/ch/UnixDomainSockets")
                    .staticMethod("connect", "(Ljava/io/FileDescriptor;Ljava/nio/file/Path;)I")
                    .before(parameter(1), parameter(0), NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.UNIX};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof Path path) {
            enforcement.local().unix(SystemPath.of(path), (FileDescriptor) b);
        }
    }

    @Override
    public Proof proof() {
        return Proof.AFTER_START;
    }
}
