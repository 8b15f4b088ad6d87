package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Whose code made a call: coordinates as the jar tells them, the client in between, class and line. */
class AttributionIT {

    private static final String BEACON = """
            package com.acme;

            public class Beacon {
                public static void main(String[] args) throws Exception {
                    flush(args[0], Integer.parseInt(args[1]));
                }

                static void flush(String client, int port) throws Exception {
                    java.net.URI to = java.net.URI.create("http://127.0.0.1:" + port + "/");
                    try {
                        switch (client) {
                            case "socket" -> new java.net.Socket("127.0.0.1", port).close(); // line 12
                            case "connection" -> to.toURL().openStream().close();            // line 13
                            default -> java.net.http.HttpClient.newHttpClient().send(        // line 14
                                    java.net.http.HttpRequest.newBuilder(to).build(),
                                    java.net.http.HttpResponse.BodyHandlers.ofString());
                        }
                    } catch (java.io.IOException e) {
                        System.out.println(e.getClass().getName());
                    }
                }
            }
            """;

    @TempDir
    static Path classes;

    @TempDir
    Path directory;

    @BeforeAll
    static void compile() throws IOException {
        Path source = Files.writeString(classes.resolve("Beacon.java"), BEACON);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "--release", "17", "-d", classes.toString(), source.toString());
        assertThat(status).isZero();
    }

    @EachJdk
    void mavenCoordinatesComeFromPomProperties(Jdk jdk) throws IOException {
        Path jar = jar(
                "anything.jar",
                Map.of(
                        "META-INF/maven/com.acme/metrics-sdk/pom.properties",
                        "groupId=com.acme\nartifactId=metrics-sdk\nversion=4.2.1\n"),
                Map.of());

        assertThat(connect(jdk, jar, "socket").library()).isEqualTo("com.acme:metrics-sdk:4.2.1");
    }

    @EachJdk
    void aManifestNamesTheLibraryWherePomPropertiesAreMissing(Jdk jdk) throws IOException {
        Path jar = jar(
                "anything.jar",
                Map.of(),
                Map.of(
                        "Implementation-Vendor-Id", "com.acme",
                        "Implementation-Title", "metrics-sdk",
                        "Implementation-Version", "4.2.1"));

        assertThat(connect(jdk, jar, "socket").library()).isEqualTo("com.acme:metrics-sdk:4.2.1");
    }

    @EachJdk
    void elseTheJarAndThePackageDo(Jdk jdk) throws IOException {
        assertThat(connect(jdk, jar("metrics.jar", Map.of(), Map.of()), "socket")
                        .library())
                .isEqualTo("metrics.jar!com.acme");
    }

    @EachJdk
    void theSiteIsTheLibrarysOwnLine(Jdk jdk) throws IOException {
        Path jar = jar("metrics.jar", Map.of(), Map.of());

        assertThat(connect(jdk, jar, "socket").site()).isEqualTo("com.acme.Beacon:12");
        assertThat(connect(jdk, jar, "connection").site()).isEqualTo("com.acme.Beacon:13");
        assertThat(connect(jdk, jar, "client").site()).isEqualTo("com.acme.Beacon:14");
    }

    @EachJdk
    void theTransportIsTheClientInBetween(Jdk jdk) throws IOException {
        Path jar = jar("metrics.jar", Map.of(), Map.of());

        assertThat(connect(jdk, jar, "socket").transport()).isNull();
        assertThat(connect(jdk, jar, "connection").transport()).containsIgnoringCase("HttpURLConnection");
        assertThat(connect(jdk, jar, "client").transport()).isEqualTo("java.net.http");
    }

    /** Stacks are read in another way once a program has run for about a second. */
    @EachJdk
    void aLongRunChangesNothingOfWhatIsRead(Jdk jdk) throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        ChildJvm jvm = new ChildJvm(jdk, directory)
                .classPath(List.of(Product.exits()))
                .policy(Policies.write(directory, Policies.ALLOW_ALL));

        Exited exited = jvm.run("com.example.exits.Callers", Integer.toString(nobody), "4");

        assertThat(exited.status()).as(exited.toString()).isZero();
        Map<String, List<JournalEntry>> byWay = Journals.connects(jvm.journal()).stream()
                .filter(entry -> entry.target().port() == nobody)
                .collect(Collectors.groupingBy(
                        entry -> String.valueOf(entry.target().address())));
        assertThat(byWay).hasSize(8);
        byWay.forEach((address, entries) -> {
            assertThat(entries).as(address).hasSizeGreaterThan(10);
            assertThat(entries)
                    .as(address)
                    .extracting(JournalEntry::site)
                    .containsOnly(entries.get(0).site());
            assertThat(entries)
                    .as(address)
                    .extracting(JournalEntry::library)
                    .containsOnly(entries.get(0).library());
            assertThat(entries.get(0).site()).startsWith("com.example.exits.Callers");
        });
        assertThat(byWay.get("127.0.0.6").get(0).site()).startsWith("com.example.exits.Callers$Hidden:");
    }

    @EachJdk
    void aLibraryIsContainedByItsCoordinates(Jdk jdk) throws IOException {
        Path jar = jar(
                "anything.jar",
                Map.of(
                        "META-INF/maven/com.acme/metrics-sdk/pom.properties",
                        "groupId=com.acme\nartifactId=metrics-sdk\nversion=4.2.1\n"),
                Map.of());
        String policy = Policies.with("""
                egress:
                  - {id: beacons, library: ["com.acme:*"], to: ["*"], action: deny}
                  - {id: all, to: ["*"], action: allow}
                """);
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HTTP)) {
            ChildJvm jvm = jvm(jdk, jar, policy);
            for (String client : List.of("socket", "connection", "client")) {
                Exited exited = jvm.run("com.acme.Beacon", client, Integer.toString(farEnd.port()));
                assertThat(exited.out())
                        .as(client + exited.err())
                        .containsPattern("java.net.ConnectException|dev.sallyport.EgressDeniedException");
            }
            assertThat(farEnd.seen()).isZero();
            assertThat(Journals.connects(jvm.journal()))
                    .hasSizeGreaterThanOrEqualTo(1)
                    .allMatch(entry -> entry.denied() && "beacons".equals(entry.rule()));
        }
    }

    private JournalEntry connect(Jdk jdk, Path jar, String client) {
        try (TcpFarEnd farEnd = new TcpFarEnd(TcpFarEnd.Manner.HTTP)) {
            ChildJvm jvm = jvm(jdk, jar, Policies.ALLOW_ALL);
            Exited exited = jvm.run("com.acme.Beacon", client, Integer.toString(farEnd.port()));
            assertThat(exited.status()).as(exited.toString()).isZero();
            return Journals.connects(jvm.journal()).stream()
                    .filter(entry -> entry.target().port() == farEnd.port())
                    .reduce((first, last) -> last)
                    .orElseThrow();
        }
    }

    private ChildJvm jvm(Jdk jdk, Path jar, String policy) {
        return new ChildJvm(jdk, directory).classPath(List.of(jar)).policy(Policies.write(directory, policy));
    }

    private Path jar(String name, Map<String, String> files, Map<String, String> attributes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        new TreeMap<>(attributes).forEach(manifest.getMainAttributes()::putValue);
        Path jar = directory.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            out.putNextEntry(new ZipEntry("com/acme/Beacon.class"));
            Files.copy(classes.resolve("com/acme/Beacon.class"), out);
            for (Map.Entry<String, String> entry : files.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }
}
