package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** The agent in a JVM that runs already. */
class AttachIT {

    @TempDir
    Path directory;

    @EachJdk
    void aRunningProgramIsContainedFromThenOn(Jdk jdk) throws Exception {
        Path policy = Policies.write(directory, Policies.DENY_ALL);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                ListenFarEnd polling = ListenFarEnd.ofPort();
                ListenFarEnd pollingLater = ListenFarEnd.ofPort();
                Conversation child = new ChildJvm(jdk, directory)
                        .classPath(List.of(Product.exits()))
                        .talk("com.example.exits.Exits")) {
            assertThat(child.ask("Socket", "caller", farEnd.target())).isEqualTo("ok");
            assertThat(child.ask("ServerSocketChannel", "caller", polling.target()))
                    .isEqualTo("ok");
            int before = farEnd.seen();

            VirtualMachine jvm = VirtualMachine.attach(Long.toString(child.pid()));
            jvm.loadAgent(
                    Product.JAR.toString(), "policy=" + policy + ",log=error,journal=" + directory.resolve("journal"));
            jvm.detach();

            for (String thread : List.of("caller", "pool")) {
                assertThat(child.ask("Socket", thread, farEnd.target()))
                        .isEqualTo("refused dev.sallyport.EgressDeniedException");
            }
            assertThat(farEnd.seen()).isEqualTo(before);
            assertThat(child.ask("ServerSocketChannel", "caller", pollingLater.target()))
                    .isEqualTo("refused dev.sallyport.EgressDeniedException");
            assertThat(pollingLater.seen()).isZero();
        }
    }
}
