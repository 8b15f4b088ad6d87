package dev.sallyport.benchmarks;

import java.nio.file.Path;

/** What the build left, relative to the repository, in which the scripts start the drivers. */
final class Built {

    static final Path AGENT = Path.of("javaagent/target/sallyport.jar");
    static final Path TARGET = Path.of("benchmarks/target");
    static final Path PROBE = TARGET.resolve("sallyport-benchmarks-0.1.0-probe.jar");
    static final Path EMPTY_AGENT = TARGET.resolve("sallyport-benchmarks-0.1.0-empty-agent.jar");
    static final Path PEERS = TARGET.resolve("peers");
    static final Path POLICY = Path.of("benchmarks/src/main/policies/refund-desk.yaml");

    private Built() {}

    /** Returns the option that starts the JVM with Sallyport, its journal in a directory below {@code work}. */
    static String sallyport(Path work, String moreOptions) {
        return "-javaagent:" + AGENT + "=policy=" + POLICY + ",journal=" + work.resolve("journal") + moreOptions;
    }
}
