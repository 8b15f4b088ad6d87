package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** The gate keeps nothing of a call that has passed. */
class RetentionIT {

    /** Rounds of six calls. */
    private static final int SOME = 300;

    /** For each of the calls that are made more, a tenth of an object, and the smallest one's bytes. */
    private static final long MOST_OBJECTS = 9 * SOME * 6 / 10;

    private static final long MOST_BYTES = 9 * SOME * 6 * 16;

    @TempDir
    Path directory;

    @EachJdk
    void tenTimesAsManyAllowedCallsLeaveNoMoreBehind(Jdk jdk) {
        Exited exited = new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                // what is beside an object goes with that, so that the collector has to run now and then
                .option("-Xmn4m")
                .policy(Policies.write(directory, Policies.with("""
                        agents: {worker: {}}
                        groups:
                          here: {fqdn: [localhost], resolved: any}
                        egress:
                          - {id: here, to: [here], http: [{path: /}], action: allow}
                          - {id: sockets, via: [dns, tcp], to: [here], action: allow}
                        tools:
                          - {id: tools, tool: [readOrder], action: allow}
                        """)))
                .run("com.example.exits.Repeated", Integer.toString(SOME));

        assertThat(exited.status()).as(exited.toString()).isZero();
        String[] lines = exited.out().strip().split("\n");
        assertThat(lines).hasSize(2);
        assertThat(objects(lines[1]) - objects(lines[0]))
                .as("objects of the gate and the agent")
                .isLessThan(MOST_OBJECTS);
        assertThat(bytes(lines[1]) - bytes(lines[0])).as("bytes in use").isLessThan(MOST_BYTES);
        assertThat(Journals.connects(directory.resolve("journal"))).hasSizeGreaterThanOrEqualTo(18 * SOME);
    }

    private static long objects(String line) {
        return Long.parseLong(line.split(" ")[0]);
    }

    private static long bytes(String line) {
        return Long.parseLong(line.split(" ")[1]);
    }
}
