package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Ways out that few programs take, and so are guarded when they do. */
class LateExitsIT {

    private static final String ALLOWED = Policies.with("""
            egress:
              - {id: loopback, via: [tcp], to: [127.0.0.0/8], action: allow}
            """);

    @TempDir
    Path directory;

    @EachJdk
    void aSocketThatTheProgramWasStartedOnIsDecidedWhenItIsAskedFor(Jdk jdk) throws IOException {
        assertThat(inherited(jvm(jdk))).isEqualTo("written\nhello");
        assertThat(inherited(jvm(jdk).policy(Policies.write(directory, Policies.DENY_ALL))))
                .isEqualTo("dev.sallyport.EgressDeniedException\n");
        assertThat(inherited(jvm(jdk).policy(Policies.write(directory, ALLOWED))))
                .isEqualTo("written\nhello");
    }

    @EachJdk
    void theOldServerSocketsOfJdk17AreGuardedToo(Jdk jdk) {
        assumeTrue(jdk.feature() == 17, "JDK " + jdk.feature() + " has no other sockets");
        try (ListenFarEnd farEnd = ListenFarEnd.ofPort()) {
            Exited with = jvm(jdk).option("-Djdk.net.usePlainSocketImpl")
                    .policy(Policies.write(directory, Policies.DENY_ALL))
                    .run("com.example.exits.Exits", "ServerSocket", "caller", farEnd.target());

            assertThat(with.out()).as(with.err()).isEqualTo("OUT refused dev.sallyport.EgressDeniedException\n");
            assertThat(farEnd.seen()).isZero();
            Exited without = jvm(jdk).option("-Djdk.net.usePlainSocketImpl")
                    .run("com.example.exits.Exits", "ServerSocket", "caller", farEnd.target());
            assertThat(without.out()).isEqualTo("OUT ok\n");
            assertThat(farEnd.seen()).isEqualTo(1);
        }
    }

    /** Nobody's code opens it, and no agent: the command line asked for it. */
    @EachJdk
    void theManagementPortThatTheCommandLineAsksForIsOpenedAndRecorded(Jdk jdk) throws IOException {
        String machine = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n127.0.0.1 " + machine + "\n");
        ChildJvm jvm = jvm(jdk).option(
                        "-Djdk.net.hosts.file=" + hosts,
                        "-Dcom.sun.management.jmxremote.port=0",
                        "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                        "-Dcom.sun.management.jmxremote.authenticate=false",
                        "-Dcom.sun.management.jmxremote.ssl=false");

        Exited exited = jvm.policy(Policies.write(directory, Policies.with("egress: []\n")))
                .run("com.example.exits.Hello");

        assertThat(exited.out()).as(exited.err()).isEqualTo("main ran\n");
        assertThat(Journals.read(directory.resolve("journal")))
                .filteredOn(entry -> entry.stage().equals("listen"))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.rule()).isEqualTo("uncovered-listen"));
    }

    /** A method that is not there would stop the JVM. */
    @EachJdk
    void everyClassThatIsGuardedLateIsWoven(Jdk jdk) {
        String[] classes = {
            "load",
            "java.net.AbstractPlainDatagramSocketImpl",
            "java.awt.Desktop",
            "java.net.AbstractPlainSocketImpl",
            "java.net.SocketCleanable",
            "java.net.NetMulticastSocket",
            "sun.nio.ch.NioSocketImpl",
            "sun.nio.ch.ServerSocketChannelImpl",
            "sun.nio.ch.AsynchronousServerSocketChannelImpl",
            "sun.nio.ch.InheritedChannel",
            "sun.nio.ch.sctp.SctpNet",
            "sun.nio.ch.sctp.SctpChannelImpl",
            "sun.nio.ch.sctp.SctpMultiChannelImpl",
            "sun.nio.ch.sctp.SctpServerChannelImpl",
            "jdk.internal.loader.RawNativeLibraries",
            "jdk.internal.foreign.abi.AbstractLinker",
            "sun.security.pkcs11.wrapper.PKCS11",
            "sun.security.smartcardio.PlatformPCSC",
            "sun.security.jgss.wrapper.SunNativeProvider",
            "sun.security.jgss.wrapper.SunNativeProvider$1",
            "sun.tools.attach.VirtualMachineImpl",
            "com.sun.management.internal.DiagnosticCommandImpl$Wrapper"
        };

        Exited exited =
                jvm(jdk).policy(Policies.write(directory, Policies.DENY_ALL)).run("com.example.exits.Late", classes);

        assertThat(exited.err()).isEmpty();
        assertThat(exited.status()).isZero();
        assertThat(exited.out().lines()).hasSizeGreaterThan(14);
    }

    /** Returns what the program printed, and then what arrived at the other end of its connection. */
    private static String inherited(ChildJvm jvm) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Exited exited = jvm.runOn(server.getLocalPort(), "com.example.exits.Late", "inherited");
            try (Socket socket = server.accept();
                    InputStream in = socket.getInputStream()) {
                return exited.out() + new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            }
        }
    }

    private ChildJvm jvm(Jdk jdk) {
        return new ChildJvm(jdk, directory).classPath(List.of(Product.exits()));
    }
}
