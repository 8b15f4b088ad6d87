package dev.sallyport.agent.netty;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.http.ClientClasses;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.policy.Via;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * Netty's native transports, which connect and send without the JDK: epoll and kqueue at the methods that call their native
 * code, io_uring, which hands connects to a queue of the kernel, where its channels do.
 *
 * <p>A connect and a listening port are decided as those of the JDK; a Unix socket by its path; a virtual machine's socket,
 * for which the policy has no words of its own, as a Unix socket called {@code vsock:CID:PORT}; a file descriptor that is
 * handed to another process, which may do with it as it likes, as one called {@code descriptor}.
 */
public final class NettySockets implements Guard {

    private static final String SOCKET = "netty/channel/unix/Socket";
    private static final String PACKETS = "netty/channel/epoll/NativeDatagramPacketArray";
    private static final String BUFFER_TO = "(Ljava/nio/ByteBuffer;IILjava/net/InetAddress;I";
    private static final String MEMORY_TO = "(JIILjava/net/InetAddress;I";
    private static final String MEMORIES_TO = "(JILjava/net/InetAddress;I";

    private static final Member PATH = Member.method("path");
    private static final Member CID = Member.intMethod("getCid");
    private static final Member PORT = Member.intMethod("getPort");
    private static final Member LOCAL = Member.method("localAddress");

    /** The address of a send that was decided in the overload which leaves out whether TCP shall open fast. */
    private static final ThreadLocal<@Nullable InetAddress> DECIDED = new ThreadLocal<>();

    private final Enforcement enforcement;

    /** Creates the guard. */
    public NettySockets(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(SOCKET).method("connect", "(Ljava/net/SocketAddress;)").before(parameter(0), NONE, NONE),
            // The shorter one calls the longer one, which 4.1.50 brought.
            onLibrary(SOCKET).method("sendTo", BUFFER_TO + ")").before(parameter(3), SELF, parameter(4)),
            onLibrary(SOCKET).method("sendTo", BUFFER_TO + "Z)").ifPresent().before(parameter(3), NONE, parameter(4)),
            onLibrary(SOCKET).method("sendToAddress", MEMORY_TO + ")").before(parameter(3), SELF, parameter(4)),
            onLibrary(SOCKET)
                    .method("sendToAddress", MEMORY_TO + "Z)")
                    .ifPresent()
                    .before(parameter(3), NONE, parameter(4)),
            onLibrary(SOCKET).method("sendToAddresses", MEMORIES_TO + ")").before(parameter(2), SELF, parameter(3)),
            onLibrary(SOCKET)
                    .method("sendToAddresses", MEMORIES_TO + "Z)")
                    .ifPresent()
                    .before(parameter(2), NONE, parameter(3)),
            onLibrary(SOCKET).method("sendToDomainSocket", "(").ifPresent().before(parameter(3), NONE, NONE),
            onLibrary(SOCKET)
                    .method("sendToAddressDomainSocket", "(")
                    .ifPresent()
                    .before(parameter(3), NONE, NONE),
            onLibrary(SOCKET)
                    .method("sendToAddressesDomainSocket", "(")
                    .ifPresent()
                    .before(parameter(2), NONE, NONE),
            onLibrary(SOCKET).method("sendFd", "(I)").before(NONE, SELF, NONE),
            onLibrary(SOCKET).method("listen", "(I)").before(SELF, NONE, NONE),
            // Many datagrams in one call of the system are put together here.
            onLibrary(PACKETS)
                    .method("add0", "(Lnetty/buffer/ByteBuf;IIILjava/net/InetSocketAddress;)")
                    .ifPresent()
                    .before(parameter(4), parameter(0), NONE),
            onLibrary(PACKETS)
                    .method("add0", "(Lnetty/buffer/ByteBuf;IILjava/net/InetSocketAddress;)")
                    .ifPresent()
                    .before(parameter(3), parameter(0), NONE),
            onLibrary("netty/channel/epoll/LinuxSocket")
                    .method("connectVSock", "(")
                    .ifPresent()
                    .before(parameter(0), NONE, NONE),
            onLibrary("netty/channel/kqueue/BsdSocket")
                    .method("connectx", "(Ljava/net/InetSocketAddress;Ljava/net/InetSocketAddress;")
                    .before(parameter(1), NONE, NONE),
            onLibrary("netty/channel/uring/AbstractIoUringChannel$AbstractUringUnsafe")
                    .method("connect", "(Ljava/net/SocketAddress;")
                    .before(parameter(0), NONE, NONE),
            onLibrary("netty/incubator/channel/uring/AbstractIOUringChannel$AbstractUringUnsafe")
                    .method("connect", "(Ljava/net/SocketAddress;")
                    .before(parameter(0), NONE, NONE),
        };
    }

    @Override
    public void stands(ProtectionDomain domain) {
        ClientClasses.NETTY.add(domain);
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof InetSocketAddress target) {
            to(target, b != null);
        } else if (a instanceof InetAddress target) {
            sendTo(target, b != null, n);
        } else if (a instanceof byte[] path) {
            enforcement.local().unix(path(new String(path, UTF_8)));
        } else if (a != null) {
            other(a);
        } else if (b != null && b.getClass().getSimpleName().endsWith("Socket")) {
            enforcement.local().unix("descriptor");
        }
    }

    private void to(InetSocketAddress target, boolean datagram) throws Throwable {
        InetAddress address = target.getAddress();
        if (address == null) {
            return; // the method fails for it
        }
        if (datagram) {
            enforcement.send(address, target.getPort());
        } else {
            enforcement.nativeConnect(address, target.getPort(), Via.TCP);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same call, not the same address
    private void sendTo(InetAddress target, boolean callsLonger, int port) throws Throwable {
        if (!callsLonger && DECIDED.get() == target) {
            DECIDED.remove();
            return;
        }
        enforcement.send(target, port);
        if (callsLonger) {
            DECIDED.set(target);
        }
    }

    private void other(Object a) throws Throwable {
        String name = a.getClass().getSimpleName();
        if (name.equals("DomainSocketAddress")) {
            enforcement.local().unix(path(String.valueOf(PATH.text(a))));
        } else if (name.equals("VSockAddress")) {
            enforcement.local().unix("vsock:" + (CID.getInt(a) & 0xffff_ffffL) + ':' + (PORT.getInt(a) & 0xffff_ffffL));
        } else if (LOCAL.get(a) instanceof InetSocketAddress local) {
            enforcement.local().listen(local.getAddress(), local.getPort());
        } else {
            enforcement.local().listen("unix");
        }
    }

    /** A name that begins with NUL is Linux's abstract one, which is written with {@code @}. */
    private static String path(String path) {
        return path.startsWith("\0")
                ? '@' + path.substring(1)
                : Path.of(path).toAbsolutePath().normalize().toString();
    }
}
