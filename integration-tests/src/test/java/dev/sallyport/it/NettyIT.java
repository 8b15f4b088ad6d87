package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Netty's ways out, native and shaded ones too: without the agent each arrives at its far end, where nothing is allowed it
 * does not, where a rule allows it it does again.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64") // where the native library on the class path is for
class NettyIT {

    private enum Kind {
        TCP,
        UDP,
        UNIX,
        NAME
    }

    private record Row(String name, Kind kind) {

        String refusal() {
            return kind == Kind.NAME ? "refused NameDeniedException" : "refused EgressDeniedException";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Row> ROWS = List.of(
            new Row("nio", Kind.TCP),
            new Row("epoll", Kind.TCP),
            new Row("epoll, shaded", Kind.TCP),
            new Row("epoll, the socket itself", Kind.TCP),
            new Row("nio datagram", Kind.UDP),
            new Row("epoll datagram", Kind.UDP),
            new Row("epoll datagram, connected", Kind.UDP),
            new Row("epoll, many datagrams", Kind.UDP),
            new Row("epoll, shaded datagram", Kind.UDP),
            new Row("epoll unix", Kind.UNIX),
            new Row("epoll descriptor", Kind.UNIX),
            new Row("resolver", Kind.NAME),
            new Row("resolver, question", Kind.NAME));

    private static final String DENYING = Policies.with("""
            egress:
              - {id: no-port, via: [listen], to: ["*"], action: deny}
            """);

    private static final String ALLOWING = Policies.with("""
            groups:
              far-ends: {cidr: [127.0.0.0/8]}
              names: {fqdn: ["*.far-end.example"], resolved: any}
            egress:
              - {id: far-ends, via: [tcp, udp], to: [far-ends], action: allow}
              - {id: names, via: [dns], to: [names], action: allow}
              - {id: paths, via: [unix], to: ["**"], action: allow}
            """);

    private static final String NAMED = Policies.with("""
            groups:
              private-names: {fqdn: [name.far-end.example], resolved: private}
              public-names: {fqdn: [public.far-end.example]}
            egress:
              - {id: private-names, via: [dns, tcp], to: [private-names], action: allow}
              - {id: public-names, via: [dns, tcp], to: [public-names], action: allow}
              - {id: server, via: [udp], to: ["127.0.0.1"], action: allow}
              - {id: sockets, via: [unix], to: ["/**/socket*"], action: allow}
            """);

    private static final Map<String, Conversation> CHILDREN = new HashMap<>();

    @TempDir
    static Path directory;

    private static int attempts;

    @AfterAll
    static void endChildren() {
        CHILDREN.values().forEach(Conversation::close);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void aCallArrivesWithoutTheAgent(Jdk jdk, Row row) {
        try (FarEnd farEnd = farEnd(row)) {
            assertThat(ask(jdk, null, row, farEnd)).isEqualTo("ok");
            assertThat(farEnd.seen()).isPositive();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void aCallIsRefusedWhereNothingIsAllowed(Jdk jdk, Row row) {
        try (FarEnd farEnd = farEnd(row)) {
            assertThat(ask(jdk, DENYING, row, farEnd)).isEqualTo(row.refusal());
            assertThat(farEnd.seen()).isZero();
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void aCallArrivesWhereARuleAllowsIt(Jdk jdk, Row row) {
        try (FarEnd farEnd = farEnd(row)) {
            assertThat(ask(jdk, ALLOWING, row, farEnd)).isEqualTo("ok");
            assertThat(farEnd.seen()).isPositive();
        }
    }

    @EachJdk
    void aListeningPortOfTheNativeTransportIsDecided(Jdk jdk) {
        assertThat(child(jdk, null).ask("epoll listen", "127.0.0.1:0")).isEqualTo("ok");
        assertThat(child(jdk, ALLOWING).ask("epoll listen", "127.0.0.1:0")).isEqualTo("ok");
        assertThat(child(jdk, DENYING).ask("epoll listen", "127.0.0.1:0")).isEqualTo("refused EgressDeniedException");
    }

    @EachJdk
    void aNameThatNettyItselfResolvedIsTheNameOfItsAddress(Jdk jdk) {
        try (DnsFarEnd server = new DnsFarEnd();
                TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            String rest = ":" + farEnd.port() + '@' + server.target();

            assertThat(child(jdk, NAMED).ask("epoll by name", "name.far-end.example" + rest))
                    .isEqualTo("ok");
            assertThat(child(jdk, NAMED).ask("epoll by name", "other.far-end.example" + rest))
                    .isEqualTo("refused NameDeniedException");

            assertThat(farEnd.seen()).isEqualTo(1);
        }
    }

    @EachJdk
    void withTheJdksResolverAloneNoAnswerOfNettysCounts(Jdk jdk) throws IOException {
        Path own = Files.createTempDirectory(directory, "child");
        try (DnsFarEnd server = new DnsFarEnd();
                TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm(jdk, own)
                        .policy(Policies.write(own, NAMED))
                        .option("-Dsallyport.log=error", "-Dsallyport.resolvers=jdk")
                        .talk("com.example.http.netty.NettyExits")) {
            assertThat(child.ask("epoll by name", "name.far-end.example:" + farEnd.port() + '@' + server.target()))
                    .isEqualTo("refused EgressDeniedException");

            assertThat(farEnd.seen()).isZero();
        }
    }

    @EachJdk
    void aPrivateAnswerForAPublicNameIsDropped(Jdk jdk) {
        try (DnsFarEnd server = new DnsFarEnd()) {
            assertThat(child(jdk, NAMED).ask("resolver", "public.far-end.example@" + server.target()))
                    .contains("UnknownHostException");
            assertThat(server.seen()).isPositive();
        }
    }

    @EachJdk
    void aFileDescriptorIsNotHandedThroughASocketThatIsAllowed(Jdk jdk) {
        try (FarEnd farEnd = farEnd(new Row("epoll descriptor", Kind.UNIX))) {
            assertThat(child(jdk, NAMED).ask("epoll unix", farEnd.target())).isEqualTo("ok");
            assertThat(child(jdk, NAMED).ask("epoll descriptor", farEnd.target()))
                    .isEqualTo("refused EgressDeniedException");
        }
    }

    static List<Arguments> rows() {
        List<Arguments> rows = new ArrayList<>();
        for (Jdk jdk : Jdks.all()) {
            for (Row row : ROWS) {
                rows.add(Arguments.of(jdk, row));
            }
        }
        return rows;
    }

    private static String ask(Jdk jdk, @Nullable String policy, Row row, FarEnd farEnd) {
        String target = row.kind() == Kind.NAME ? "name.far-end.example@" + farEnd.target() : farEnd.target();
        return child(jdk, policy).ask(row.name(), target);
    }

    private static FarEnd farEnd(Row row) {
        attempts++;
        return switch (row.kind()) {
            case TCP -> new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
            case UDP -> new UdpFarEnd();
            case UNIX -> new UnixFarEnd(directory.resolve("socket" + attempts));
            case NAME -> new DnsFarEnd();
        };
    }

    private static Conversation child(Jdk jdk, @Nullable String policy) {
        return CHILDREN.computeIfAbsent(jdk + "\n" + policy, key -> start(jdk, policy));
    }

    private static Conversation start(Jdk jdk, @Nullable String policy) {
        try {
            Path own = Files.createTempDirectory(directory, "child");
            ChildJvm jvm = jvm(jdk, own);
            if (policy != null) {
                jvm.policy(Policies.write(own, policy)).option("-Dsallyport.log=error");
            }
            return jvm.talk("com.example.http.netty.NettyExits");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ChildJvm jvm(Jdk jdk, Path directory) {
        return new ChildJvm(jdk, directory)
                .classPath(Product.httpClients("netty"))
                .option("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    }
}
