package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that the agent is built of is visible to the application, and the other way round. */
class IsolationIT {

    @TempDir
    Path directory;

    @EachJdk
    void anApplicationKeepsItsOwnVersionsAndTheAgentItsOwn(Jdk jdk) {
        try (TcpFarEnd allowed = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                TcpFarEnd denied = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            String[] ports = {Integer.toString(allowed.port()), Integer.toString(denied.port())};
            Path policy = Policies.write(directory, Policies.with("""
                            egress:
                              - {id: one-port, via: [tcp], to: ["127.0.0.1:%d"], action: allow}
                            """.formatted(allowed.port())));

            Exited without = jvm(jdk).run("com.example.isolation.Isolation", ports);
            int before = denied.seen();
            Exited with = jvm(jdk).option("-Dsallyport.log=error")
                    .policy(policy)
                    .run("com.example.isolation.Isolation", ports);

            assertThat(without.status()).as(without.err()).isZero();
            assertThat(with.out())
                    .isEqualTo(without.out()
                            .replace(
                                    "port " + denied.port() + " connected true",
                                    "port " + denied.port() + " dev.sallyport.EgressDeniedException"));
            assertThat(with.err()).isEqualTo(without.err());
            assertThat(allowed.seen()).isEqualTo(2);
            assertThat(denied.seen()).isEqualTo(before);
            assertThat(without.out())
                    .contains(
                            "byte-buddy-1.14.19.jar",
                            "snakeyaml-engine-2.7.jar",
                            "opentelemetry-api-1.40.0.jar",
                            "azure-core-1.50.0.jar");
        }
    }

    private ChildJvm jvm(Jdk jdk) {
        return new ChildJvm(jdk, directory).classPath(Product.isolation());
    }
}
