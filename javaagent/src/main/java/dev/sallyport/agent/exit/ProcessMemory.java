package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.field;

import dev.sallyport.Denial;
import dev.sallyport.InternalsDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.internal.access.JavaIOFileDescriptorAccess;
import jdk.internal.access.SharedSecrets;
import org.jspecify.annotations.Nullable;

/**
 * Files that are a process's memory ({@code /proc/self/mem} on Linux), where they are opened: whoever writes to one changes the
 * gate, or the machine code that runs. What was opened is asked of the system, since a path can lead there in many ways.
 */
public final class ProcessMemory implements Guard {

    private static final JavaIOFileDescriptorAccess DESCRIPTORS = SharedSecrets.getJavaIOFileDescriptorAccess();

    private static final String FLAGS = "Lsun/nio/fs/UnixChannelFactory$Flags;I)Ljava/io/FileDescriptor;";
    private static final String NIO_OPEN = "(ILsun/nio/fs/UnixPath;" + FLAGS;
    private static final String NIO_OPEN_17 = "(ILsun/nio/fs/UnixPath;Ljava/lang/String;" + FLAGS;

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public ProcessMemory(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("java/io/FileOutputStream")
                    .method("open", "(Ljava/lang/String;Z)V")
                    .after(field("fd", "Ljava/io/FileDescriptor;")),
            on("java/io/RandomAccessFile")
                    .method("open", "(Ljava/lang/String;I)V")
                    .after(field("fd", "Ljava/io/FileDescriptor;")),
            // 24 dropped the path that a security manager was asked about
            on("sun/nio/fs/UnixChannelFactory")
                    .staticMethod("open", NIO_OPEN_17)
                    .until(23)
                    .after(NONE),
            on("sun/nio/fs/UnixChannelFactory")
                    .staticMethod("open", NIO_OPEN)
                    .since(24)
                    .after(NONE),
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.NATIVE};
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) throws IOException {
        Object opened = a == null ? result : a;
        if (opened instanceof FileDescriptor descriptor) {
            String file = opened(DESCRIPTORS.get(descriptor));
            if (file != null && isMemory(file)) {
                refuse(descriptor, file);
            }
        }
        return result;
    }

    /** A process's memory, or with the rights for it the machine's. */
    private static boolean isMemory(String file) {
        return (file.endsWith("/mem") && (file.startsWith("/proc/") || file.equals("/dev/mem")))
                || file.equals("/dev/kmem");
    }

    private void refuse(FileDescriptor descriptor, String file) throws IOException {
        try {
            enforcement.local().internals(file);
        } catch (InternalsDeniedException denied) {
            DESCRIPTORS.close(descriptor);
            throw denied;
        }
    }

    /** Returns the file that a descriptor of this process is open for, null where the system does not tell. */
    private static @Nullable String opened(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new InternalsDeniedException(denial);
    }
}
