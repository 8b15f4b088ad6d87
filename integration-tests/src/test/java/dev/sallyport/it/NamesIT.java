package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Which name and which address a call is decided for: disguises, bad answers, several addresses, resolvers of one's own. */
class NamesIT {

    private static final String HOSTS = """
            127.0.0.1 api.psp.example
            127.0.0.1 API.Psp.EXAMPLE
            127.0.0.1 api\uFF0Epsp.example
            127.0.0.1 localhost
            127.0.0.1 single.example
            127.0.0.1 several.example
            127.0.0.2 several.example
            127.0.0.1 mixed.example
            203.0.113.7 mixed.example
            """;

    @TempDir
    Path directory;

    @EachJdk
    void aDeniedAddressIsDeniedInEveryFormThatTheJdkTakes(Jdk jdk) {
        String policy = Policies.with("""
                egress:
                  - {id: no-loopback, to: [127.0.0.1], action: deny}
                  - {id: rest, to: ["*"], action: allow}
                """);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            String port = Integer.toString(farEnd.port());
            String[] program = {"names", port, "127.1", "2130706433", "127.0.1", "::ffff:127.0.0.1", "[::ffff:7f00:1]"};
            assertThat(jvm(jdk).run("com.example.exits.Connect", program).out()).isEqualTo("connected\n".repeat(5));
            int before = farEnd.seen();

            Exited exited = run(jdk, policy, program);

            assertThat(farEnd.seen() - before).isZero();
            assertThat(exited.out().lines()).hasSize(5).allMatch(line -> line.contains("no-loopback"));
        }
    }

    @EachJdk
    void anAddressThatCarriesADeniedOneIsDeniedByTheSameRule(Jdk jdk) {
        String policy = Policies.with("""
                egress:
                  - {id: metadata, to: [169.254.169.254], action: deny}
                  - {id: rest, to: ["*"], action: allow}
                """);

        Exited exited = run(
                jdk,
                policy,
                "names",
                "80",
                "::ffff:a9fe:a9fe",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "2852039166");

        assertThat(exited.out().lines()).as(exited.err()).hasSize(4).allMatch(line -> line.contains("metadata"));
    }

    @EachJdk
    void aNameIsAllowedInOtherLettersAndRefusedIfItOnlyLooksLikeIt(Jdk jdk) {
        String policy = Policies.with("""
                groups:
                  psp: {fqdn: [api.psp.example, "*.psp.example"], resolved: any}
                egress:
                  - {id: psp, to: [psp], action: allow}
                """);

        assertThat(run(jdk, policy, "resolve", "API.Psp.EXAMPLE").out()).isEqualTo("127.0.0.1\n");
        Exited lookalike = run(jdk, policy, "resolve", "api\uFF0Epsp.example");

        assertThat(lookalike.out()).isEmpty();
        assertThat(lookalike.err()).contains("dev.sallyport.NameDeniedException");
    }

    @EachJdk
    void onlyTheBadRecordsOfAnAnswerAreDropped(Jdk jdk) {
        String policy = Policies.with("""
                egress:
                  - {id: mixed, to: [mixed.example, api.psp.example], action: allow}
                """);
        assertThat(jvm(jdk).run("com.example.exits.Connect", "resolve", "mixed.example")
                        .out())
                .isEqualTo("127.0.0.1\n203.0.113.7\n");

        Exited exited = run(jdk, policy, "resolve", "mixed.example");

        assertThat(exited.out()).as(exited.err()).isEqualTo("203.0.113.7\n");
        assertThat(Journals.read(journal()))
                .filteredOn(JournalEntry::denied)
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.rule()).isEqualTo("rebinding");
                    assertThat(entry.target().name()).isEqualTo("mixed.example");
                    assertThat(entry.target().address()).isEqualTo("127.0.0.1");
                });
        assertThat(run(jdk, policy, "resolve", "api.psp.example").err()).contains("dev.sallyport.NameDeniedException");
    }

    @EachJdk
    void aKeptAliveConnectionIsUsedOnlyByWhoMayReachEveryAddressOfItsName(Jdk jdk) {
        String policy = Policies.with("""
                agents: {worker: {}}
                groups:
                  both: {fqdn: [several.example, single.example], resolved: any}
                egress:
                  - {id: opener, agent: [unattributed], to: [both], action: allow}
                  - {id: names, agent: [worker], via: [dns], to: [both], action: allow}
                  - {id: one-address, agent: [worker], to: [127.0.0.1], http: [{method: GET}], action: allow}
                """);
        try (HttpFarEnd server = new HttpFarEnd()) {
            String several = "http://several.example:" + server.port() + "/";
            String single = "http://single.example:" + server.port() + "/";

            Exited exited = run(jdk, policy, "get", several, single, "@worker", several, single);

            assertThat(exited.out())
                    .as(exited.err())
                    .isEqualTo("2 bytes\n2 bytes\ndev.sallyport.EgressDeniedException\n2 bytes\n");
            assertThat(server.requests()).hasSize(3);
        }
    }

    /** It says that localhost is 127.0.0.2, where its maker listens. */
    @EachJdk
    void aResolverOfTheApplicationsOwnAnswersOnlyWhereARuleNamesIt(Jdk jdk) throws Exception {
        assumeTrue(jdk.feature() >= 18, "JDK " + jdk.feature() + " knows no resolver providers");
        Path provider = resolverProvider(jdk);
        String[] program = {"name", "localhost", "-"};
        try (ServerSocket farEnd = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.2"))) {
            farEnd.setSoTimeout(1);
            program[2] = Integer.toString(farEnd.getLocalPort());
            assertThat(resolving(jdk, provider)
                            .run("com.example.exits.Connect", program)
                            .out())
                    .isEqualTo("connected\n");
            farEnd.accept().close();

            Exited notNamed = resolving(jdk, provider)
                    .policy(Policies.write(directory, Policies.ALLOW_ALL))
                    .run("com.example.exits.Connect", program);

            assertThat(notNamed.out()).isEmpty();
            assertThat(notNamed.err()).contains("denied", "com.example.resolver.Forging", "ConnectException");
            assertThat(connections(farEnd)).isZero();

            Exited named = resolving(jdk, provider)
                    .policy(Policies.write(directory, Policies.with("""
                            egress:
                              - {id: resolver, via: [dns], library: [com.example.resolver], to: ["*"], action: allow}
                              - {id: all, to: ["*"], action: allow}
                            """)))
                    .run("com.example.exits.Connect", program);

            assertThat(named.out()).as(named.err()).isEqualTo("connected\n");
            assertThat(connections(farEnd)).isEqualTo(1);
        }
    }

    private static int connections(ServerSocket server) throws IOException {
        int count = 0;
        try {
            while (true) {
                server.accept().close();
                count++;
            }
        } catch (java.net.SocketTimeoutException e) {
            return count; // a loopback connect is in the queue when it returns to the client
        }
    }

    private ChildJvm resolving(Jdk jdk, Path provider) {
        return new ChildJvm(jdk, directory).classPath(List.of(Product.exits(), provider));
    }

    /** Compiles it with the JDK under test: the interface is not in the oldest one. */
    private Path resolverProvider(Jdk jdk) throws IOException {
        Path classes = Files.createDirectories(directory.resolve("provider"));
        Path source = Files.writeString(directory.resolve("Forging.java"), """
                package com.example.resolver;

                import java.net.InetAddress;
                import java.net.UnknownHostException;
                import java.net.spi.InetAddressResolver;
                import java.net.spi.InetAddressResolverProvider;
                import java.util.stream.Stream;

                public class Forging extends InetAddressResolverProvider implements InetAddressResolver {
                    public InetAddressResolver get(Configuration configuration) {
                        return this;
                    }
                    public String name() {
                        return "forging";
                    }
                    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                            throws UnknownHostException {
                        return Stream.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 2}));
                    }
                    public String lookupByAddress(byte[] address) {
                        return "anything.example";
                    }
                }
                """);
        Exited compiled = new ChildJvm(jdk, directory).runTool("javac", "-d", classes.toString(), source.toString());
        assertThat(compiled.status()).as(compiled.err()).isZero();
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(
                services.resolve("java.net.spi.InetAddressResolverProvider"), "com.example.resolver.Forging\n");
        return classes;
    }

    private Exited run(Jdk jdk, String policy, String... arguments) {
        return jvm(jdk).policy(Policies.write(directory, policy)).run("com.example.exits.Connect", arguments);
    }

    private ChildJvm jvm(Jdk jdk) {
        try {
            Path hosts = Files.writeString(directory.resolve("hosts"), HOSTS);
            return new ChildJvm(jdk, directory)
                    .classPath(List.of(Product.exits()))
                    .environment("LC_ALL", "C.UTF-8")
                    .option("-Djdk.net.hosts.file=" + hosts);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path journal() {
        return directory.resolve("journal");
    }
}
