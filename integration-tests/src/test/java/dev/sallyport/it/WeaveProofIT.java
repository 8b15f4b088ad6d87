package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Classes that were loaded before the agent are closed too, and an exit that stays open is found at start. */
class WeaveProofIT {

    private static final List<String> EXITS = List.of(
            "sun/nio/ch/Net.connect",
            "sun/nio/ch/DatagramChannelImpl.send",
            "sun/nio/ch/UnixDomainSockets.connect",
            "java/net/InetAddress.getAddressesFromNameService",
            "java/lang/ProcessImpl.start");

    @TempDir
    Path directory;

    @org.junit.jupiter.api.Test
    void exitsAreClosedWhoseClassesAnAotCacheLoadedBeforeTheAgent() {
        Jdk jdk = Jdks.of(25);
        Path cache = directory.resolve("exits.aot");
        Path loads = directory.resolve("loads.txt");
        Path policy = Policies.write(directory, Policies.DENY_ALL);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            String[] connect = {"Socket", "caller", farEnd.target()};
            // every -javaagent adds this module, and a cache is used only with the modules that it was made with
            Exited training = jvm(jdk).option("--add-modules", "java.instrument", "-XX:AOTCacheOutput=" + cache)
                    .run("com.example.exits.Exits", connect);
            assertThat(training.out()).startsWith("OUT ok\n");
            assertThat(cache).exists();
            int before = farEnd.seen();

            Exited exited = jvm(jdk).option("-XX:AOTCache=" + cache, "-Xlog:disable", "-Xlog:class+load:file=" + loads)
                    .policy(policy)
                    .run("com.example.exits.Exits", connect);

            assertThat(loads).content().contains("com.example.exits.Exits source: shared objects file");
            assertThat(loads)
                    .content()
                    .containsSubsequence("sun.nio.ch.Net source: shared objects file", "dev.sallyport.launch.Launcher");
            assertThat(farEnd.seen()).isEqualTo(before);
            assertThat(exited.out()).isEqualTo("OUT refused dev.sallyport.EgressDeniedException\n");
        }
    }

    @org.junit.jupiter.api.Test
    void requestsAreDecidedOfAClientThatAnAotCacheLoadedBeforeTheAgent() {
        Jdk jdk = Jdks.of(25);
        Path cache = directory.resolve("client.aot");
        Path policy = Policies.write(directory, Policies.with("""
                        egress:
                          - {id: no-requests, via: [http], to: ["*"], action: deny}
                          - {id: connects, via: [tcp], to: ["127.0.0.0/8"], action: allow}
                        """));
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HTTP)) {
            String[] request = {"HttpClient.send", "caller", farEnd.target()};
            Exited training = jvm(jdk).option("--add-modules", "java.instrument", "-XX:AOTCacheOutput=" + cache)
                    .run("com.example.exits.Exits", request);
            assertThat(training.out()).startsWith("OUT ok\n");
            int before = farEnd.seen();

            Exited exited = jvm(jdk).option("-XX:AOTCache=" + cache, "-Xlog:disable")
                    .policy(policy)
                    .run("com.example.exits.Exits", request);

            assertThat(exited.out()).isEqualTo("OUT refused dev.sallyport.EgressDeniedException\n");
            assertThat(farEnd.seen()).isEqualTo(before);
        }
    }

    @EachJdk
    void theJvmsVerifierFindsNothingInWhatWasWoven(Jdk jdk) {
        Path policy = Policies.write(directory, Policies.ALLOW_ALL);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            // without this option the JVM believes what its own class files say
            Exited exited = jvm(jdk).option("-XX:+UnlockDiagnosticVMOptions", "-XX:+BytecodeVerificationLocal")
                    .policy(policy)
                    .run("com.example.exits.Exits", "Socket", "caller", farEnd.target());

            assertThat(exited.out()).startsWith("OUT ok\n");
            assertThat(exited.err()).doesNotContain("VerifyError");
        }
    }

    @EachJdk
    void theUsersArchiveOfClassesIsStillUsed(Jdk jdk) {
        Path archive = directory.resolve("exits.jsa");
        Path loads = directory.resolve("loads.txt");
        Path policy = Policies.write(directory, Policies.ALLOW_ALL);
        Exited dump = jvm(jdk).option("-XX:ArchiveClassesAtExit=" + archive).run("com.example.exits.Hello");
        assertThat(archive).as(dump.toString()).exists();

        Exited exited = jvm(jdk).option(
                        "-XX:SharedArchiveFile=" + archive,
                        "-Xshare:auto",
                        "-Xlog:disable",
                        "-Xlog:class+load:file=" + loads)
                .policy(policy)
                .run("com.example.exits.Hello");

        assertThat(exited).isEqualTo(new Exited(0, "main ran\n", ""));
        assertThat(loads)
                .content()
                .containsPattern("com\\.example\\.exits\\.Hello source: shared objects file \\(top\\)");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("exits")
    void anExitThatIsNotWhereItIsExpectedStopsTheStart(Jdk jdk, String exit) throws IOException {
        Path policy = Policies.write(directory, Policies.DENY_ALL);

        Exited exited = jvm(jdk).option("-javaagent:" + saboteur() + "=rename=" + exit)
                .policy(policy)
                .run("com.example.exits.Hello");

        assertStopped(exited, exit);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("exits")
    void anExitWhoseWeavingFailsStopsTheStart(Jdk jdk, String exit) throws IOException {
        assumeFalse(
                classOf(exit).equals("java/lang/ProcessImpl") && jdk.feature() == 25,
                "loaded before any agent; what the JVM then hands to a retransformation is no longer spoiled");
        Path policy = Policies.write(directory, Policies.DENY_ALL);

        Exited exited = jvm(jdk).option("-javaagent:" + saboteur() + "=corrupt=" + classOf(exit))
                .policy(policy)
                .run("com.example.exits.Hello");

        assertStopped(exited, exit);
        assertThat(exited.err()).contains("could not be woven");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("beyondTheExits")
    void aClientOrCarrierThatWasLoadedBeforeAndCannotBeWovenStopsTheStart(Jdk jdk, String method) throws IOException {
        Path policy = Policies.write(directory, Policies.DENY_ALL);

        Exited exited = jvm(jdk).option("-javaagent:" + saboteur() + "=load=" + method)
                .policy(policy)
                .run("com.example.exits.Hello");

        assertStopped(exited, method);
        assertThat(exited.err()).contains("could not be woven");
    }

    @EachJdk
    void theSpoiledClassRunsWithoutTheAgent(Jdk jdk) throws IOException {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP)) {
            Exited exited = jvm(jdk).option("-javaagent:" + saboteur() + "=corrupt=sun/nio/ch/Net")
                    .run("com.example.exits.Exits", "Socket", "caller", farEnd.target());

            assertThat(exited.out()).isEqualTo("OUT ok\n");
            assertThat(farEnd.seen()).isEqualTo(1);
        }
    }

    @EachJdk
    void inMonitorModeAnOpenExitIsAWarning(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.DENY_ALL);

        Exited exited = jvm(jdk).option("-javaagent:" + saboteur() + "=corrupt=sun/nio/ch/Net")
                .agent("mode=monitor,policy=" + policy + ",journal=" + directory.resolve("journal"))
                .run("com.example.exits.Hello");

        assertThat(exited.err()).contains("sallyport", "sun.nio.ch.Net");
        assertThat(exited.out()).isEqualTo("main ran\n");
        assertThat(exited.status()).isZero();
    }

    @EachJdk
    void anotherAgentThatDoesNoHarmIsNoReasonToStop(Jdk jdk) throws IOException {
        Path policy = Policies.write(directory, Policies.DENY_ALL);

        Exited exited = jvm(jdk).option("-javaagent:" + saboteur() + "=corrupt=java/util/BitSet")
                .policy(policy)
                .run("com.example.exits.Hello");

        assertThat(exited).isEqualTo(new Exited(0, "main ran\n", ""));
    }

    static List<Arguments> exits() {
        return Jdks.all().stream()
                .flatMap(jdk -> EXITS.stream().map(exit -> Arguments.of(jdk, exit)))
                .toList();
    }

    static List<Arguments> beyondTheExits() {
        return Jdks.all().stream()
                .flatMap(jdk -> Stream.of(
                        Arguments.of(jdk, "jdk/internal/net/http/MultiExchange.responseAsyncImpl"),
                        Arguments.of(jdk, "java/util/concurrent/ThreadPoolExecutor.runWorker")))
                .toList();
    }

    private static String classOf(String exit) {
        return exit.substring(0, exit.indexOf('.'));
    }

    private static void assertStopped(Exited exited, String exit) {
        assertThat(exited.err()).contains("sallyport: ", classOf(exit).replace('/', '.'));
        assertThat(exited.out()).isEmpty();
        assertThat(exited.status()).isEqualTo(78);
    }

    private ChildJvm jvm(Jdk jdk) {
        return new ChildJvm(jdk, directory).classPath(List.of(Product.exits()));
    }

    /** Packs the agent that spoils the work of the next one. */
    private Path saboteur() throws IOException {
        Path jar = directory.resolve("saboteur.jar");
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", "com.example.saboteur.Saboteur");
        attributes.putValue("Can-Retransform-Classes", "true");
        try (ZipFile from = new ZipFile(Product.exits().toFile());
                OutputStream file = Files.newOutputStream(jar);
                JarOutputStream to = new JarOutputStream(file, manifest)) {
            for (ZipEntry entry : java.util.Collections.list(from.entries())) {
                if (entry.getName().startsWith("com/example/saboteur/") && !entry.isDirectory()) {
                    to.putNextEntry(new ZipEntry(entry.getName()));
                    try (InputStream in = from.getInputStream(entry)) {
                        in.transferTo(to);
                    }
                }
            }
        }
        return jar;
    }
}
