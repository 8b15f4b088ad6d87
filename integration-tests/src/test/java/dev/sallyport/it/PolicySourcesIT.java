package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** Where policies come from: signed bundles, a bundle that was kept for the next start, a web server. */
class PolicySourcesIT {

    private static final String ALLOWED = "ok";
    private static final String REFUSED = "refused dev.sallyport.EgressDeniedException";
    private static final int EX_CONFIG = 78;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    @TempDir
    Path directory;

    @EachJdk
    void withAKeyOnlyASignedBundleStartsAndChangesTheJvm(Jdk jdk) throws IOException {
        Path yaml = Policies.write(directory, Policies.ALLOW_ALL);
        Path bundle = directory.resolve("p.sallyport");
        Path key = directory.resolve("key.pem");
        assertThat(command(jdk, "bundle", "--generate-key", key.toString())).isZero();
        sign(jdk, yaml, bundle, key);
        ChildJvm jvm = exits(jdk);
        String options = ",key=" + key + ".pub,journal=" + jvm.journal();
        jvm.agent("policy=" + bundle + options);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = jvm.talk("com.example.exits.Exits")) {
            assertThat(connect(child, farEnd)).isEqualTo(ALLOWED);

            sign(jdk, Policies.write(directory, Policies.DENY_ALL), bundle, key);
            await(child, farEnd, REFUSED);

            byte[] altered = Files.readAllBytes(bundle);
            altered[altered.length / 2] ^= 1;
            replace(bundle, altered);
            child.awaitErrors("is not signed with the key");
            replace(bundle, Files.readAllBytes(Policies.write(directory, Policies.ALLOW_ALL)));
            child.awaitErrors("wants a signed bundle, and this is none");
            int seen = farEnd.seen();
            assertThat(connect(child, farEnd)).isEqualTo(REFUSED);
            assertThat(farEnd.seen()).isEqualTo(seen);
        }
        Exited exited = exits(jdk).agent("policy=" + bundle + options).run("com.example.exits.Hello");
        assertThat(exited.status()).isEqualTo(EX_CONFIG);
        assertThat(exited.err()).contains("p.sallyport: the option 'key' wants a signed bundle");
        assertThat(exited.out()).isEmpty();
    }

    @EachJdk
    void aPolicyThatTakesTheWholeOfYamlIsKeptAsABundleForTheNextStart(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.ALLOW_ALL + "audit: {dir: \"one\\\n  two\"}\n");
        for (int start = 0; start < 2; start++) {
            try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                    Conversation child = exits(jdk)
                            .policy(policy)
                            .option("-Xlog:class+load:file=" + directory.resolve("classes" + start))
                            .talk("com.example.exits.Exits")) {
                assertThat(connect(child, farEnd)).isEqualTo(ALLOWED);
                awaitKept();
            }
        }
        assertThat(Files.readString(directory.resolve("classes0"))).contains("org.snakeyaml");
        assertThat(Files.readString(directory.resolve("classes1"))).doesNotContain("org.snakeyaml");
    }

    @EachJdk
    void aPolicyIsFetchedFromAWebServerAndAskedForByItsEtag(Jdk jdk) throws IOException {
        try (Web web = new Web(Policies.DENY_ALL)) {
            ChildJvm jvm = exits(jdk);
            jvm.agent("policy=" + web.url() + ",poll=1,journal=" + jvm.journal());
            try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                    Conversation child = jvm.talk("com.example.exits.Exits")) {
                assertThat(connect(child, farEnd)).isEqualTo(REFUSED);
                web.awaitNotModified();

                web.serve(Policies.ALLOW_ALL);
                await(child, farEnd, ALLOWED);

                web.serve("egress: nothing");
                child.awaitErrors("is not valid, and the last good policy stays");
                assertThat(connect(child, farEnd)).isEqualTo(ALLOWED);
            }
            assertThat(Journals.read(jvm.journal()))
                    .filteredOn(entry -> "own-traffic".equals(entry.rule()))
                    .isNotEmpty();
        }
    }

    @EachJdk
    void withoutItsServerAJvmStartsWithTheLastGoodCopyOnlyAndDeniesAllWhenThatIsStale(Jdk jdk) throws IOException {
        ChildJvm jvm = exits(jdk);
        String journal = ",journal=" + jvm.journal();
        String url;
        try (Web web = new Web(Policies.ALLOW_ALL)) {
            url = web.url();
            assertThat(exits(jdk).agent("policy=" + url + journal).run("com.example.exits.Hello"))
                    .extracting(Exited::status)
                    .isEqualTo(0);
        }
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                Conversation child = exits(jdk)
                        .agent("policy=" + url + ",poll=1,maxAge=2,onStale=deny" + journal)
                        .talk("com.example.exits.Exits")) {
            child.awaitErrors("the policy may be out of date");
            await(child, farEnd, REFUSED);
            child.awaitErrors("the policy is older than 2 s");
        }
        Exited exited = exits(jdk)
                .agent("policy=" + url + ",journal=" + directory.resolve("other"))
                .run("com.example.exits.Hello");
        assertThat(exited.status()).isEqualTo(EX_CONFIG);
        assertThat(exited.err()).contains("there is no policy, and no copy of one", url);
        assertThat(exited.out()).isEmpty();
    }

    @EachJdk
    void namesOfFilesInAPolicyFromAServerBeginAtTheWorkingDirectory(Jdk jdk) throws IOException {
        Files.writeString(directory.resolve("ours.txt"), "127.0.0.1\n");
        try (Web web = new Web(Policies.with("""
                groups: {ours: {feed: {file: ours.txt}}}
                egress:
                  - {id: ours, via: [tcp], to: [ours], action: allow}
                """))) {
            ChildJvm jvm = exits(jdk);
            jvm.agent("policy=" + web.url() + ",journal=" + jvm.journal());
            try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
                    Conversation child = jvm.talk("com.example.exits.Exits")) {
                assertThat(connect(child, farEnd)).isEqualTo(ALLOWED);
            }
        }
    }

    /** A static web server with one policy. */
    private static final class Web implements AutoCloseable {

        private final HttpServer server;
        private final AtomicInteger notModified = new AtomicInteger();
        private volatile String text;

        Web(String text) throws IOException {
            this.text = text;
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/refunds.yaml", exchange -> {
                String etag = "\"" + Integer.toHexString(this.text.hashCode()) + "\"";
                if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                    notModified.incrementAndGet();
                    exchange.sendResponseHeaders(304, -1);
                } else {
                    byte[] body = this.text.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("ETag", etag);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/refunds.yaml";
        }

        void serve(String changed) {
            text = changed;
        }

        void awaitNotModified() {
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (notModified.get() == 0) {
                assertThat(System.nanoTime()).as("nobody asked again").isLessThan(end);
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private void awaitKept() throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        boolean kept = false;
        while (!kept) {
            assertThat(System.nanoTime()).as("no bundle is kept").isLessThan(end);
            try (var files = Files.list(directory)) {
                kept = files.anyMatch(file -> file.toString().matches(".*/policy-[0-9a-f]{16}\\.sallyport"));
            }
        }
    }

    private void sign(Jdk jdk, Path yaml, Path bundle, Path key) {
        assertThat(command(jdk, "bundle", yaml.toString(), "-o", bundle.toString(), "--sign", key.toString()))
                .isZero();
    }

    private void replace(Path file, byte[] content) throws IOException {
        Path whole = Files.write(directory.resolve("whole"), content);
        Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private int command(Jdk jdk, String... words) {
        Exited exited = new ChildJvm(jdk, directory)
                .classPath(List.of(Product.JAR))
                .run("dev.sallyport.launch.Launcher", words);
        assertThat(exited.err()).isEmpty();
        return exited.status();
    }

    private static void await(Conversation child, FarEnd farEnd, String expected) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        String answer = connect(child, farEnd);
        while (!answer.equals(expected)) {
            assertThat(System.nanoTime())
                    .as("still: " + answer + child.errors())
                    .isLessThan(end);
            answer = connect(child, farEnd);
        }
    }

    private static String connect(Conversation child, FarEnd farEnd) {
        return child.ask("Socket", "caller", farEnd.target());
    }

    private ChildJvm exits(Jdk jdk) {
        return new ChildJvm(jdk, directory).classPath(List.of(Product.exits()));
    }
}
