package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the jar that ships lets an application see. */
class SallyportJarIT {

    private static JarFile jar;
    private static List<String> files;

    @BeforeAll
    static void open() throws IOException {
        jar = new JarFile(Product.JAR.toFile());
        files = jar.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipEntry::getName)
                .toList();
    }

    @AfterAll
    static void close() throws IOException {
        jar.close();
    }

    @Test
    void anApplicationSeesNoClassesButTheApiTheGateAndTheDoor() {
        TreeSet<String> packages = new TreeSet<>();
        for (String file : files) {
            if (file.endsWith(".class")) {
                packages.add(file.substring(0, file.lastIndexOf('/') + 1));
            }
        }
        assertThat(packages).containsExactly("dev/sallyport/", "dev/sallyport/gate/", "dev/sallyport/launch/");
    }

    @Test
    void besidesThoseThereIsNothingAtTheRootButTheJarsOwnDirectory() {
        assertThat(files).allMatch(file -> file.startsWith("dev/sallyport/") || file.startsWith("META-INF/"));
        assertThat(files)
                .as("a service or a versioned class would reach into the application")
                .noneMatch(file -> file.startsWith("META-INF/services/") || file.startsWith("META-INF/versions/"));
    }

    @Test
    void theArchivesWithinAreStoredAsTheyAreSoThatTheyCanBeReadInPlace() {
        List<String> archives = files.stream()
                .filter(file -> file.endsWith(".jar") || file.endsWith(".zip"))
                .toList();
        assertThat(archives).isNotEmpty();
        assertThat(archives).allMatch(file -> jar.getEntry(file).getMethod() == ZipEntry.STORED);
    }

    @Test
    void everyClassOfTheAgentIsInAnArchiveWithin() throws IOException {
        List<String> nested = new ArrayList<>();
        for (String file : files) {
            if (file.endsWith(".jar") || file.endsWith(".zip")) {
                nested.addAll(entriesOf(file));
            }
        }
        assertThat(nested)
                .contains("dev/sallyport/agent/Premain.class", "dev/sallyport/policy/PolicyEngine.class")
                .contains("net/bytebuddy/jar/asm/ClassReader.class", "picocli/CommandLine.class")
                .as("a class that the boot loader has must not be defined a second time")
                .noneMatch(file -> file.startsWith("dev/sallyport/gate/") || file.startsWith("dev/sallyport/launch/"));
    }

    @Test
    void theJarCarriesItsLicenceAndNamesEveryLibraryThatItHolds() throws IOException {
        assertThat(text("META-INF/LICENSE")).contains("Apache License", "Version 2.0");
        List<String> noticed = List.of(text("META-INF/NOTICE").split("[\\s,]+", -1));
        assertThat(files)
                .filteredOn(file -> file.startsWith("META-INF/sallyport/lib/") && !file.contains("/sallyport-"))
                .isNotEmpty()
                .map(file -> file.substring(file.lastIndexOf('/') + 1).replaceFirst("-\\d.*", ""))
                .map(artifact -> artifact.replaceFirst("^opentelemetry-.*", "opentelemetry-*"))
                .allMatch(noticed::contains);
    }

    @Test
    void theCommandLineSaysWhichVersionItIs(@TempDir Path directory) throws IOException {
        String version = jar.getManifest().getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);

        Exited exited = new ChildJvm(Jdks.of(17), directory).option("-jar").run(Product.JAR.toString(), "--version");

        assertThat(exited.out()).startsWith("sallyport " + version + "\n");
    }

    @Test
    void theManifestNamesTheDoorAndPutsNothingOnTheBootClassPath() throws IOException {
        Attributes manifest = jar.getManifest().getMainAttributes();
        assertThat(manifest.getValue("Premain-Class")).isEqualTo("dev.sallyport.launch.Launcher");
        assertThat(manifest.getValue("Agent-Class")).isEqualTo("dev.sallyport.launch.Launcher");
        assertThat(manifest.getValue(Attributes.Name.MAIN_CLASS)).isEqualTo("dev.sallyport.launch.Launcher");
        assertThat(manifest.getValue("Can-Retransform-Classes")).isEqualTo("true");
        // it would make JDK 25 throw the user's class data archive away
        assertThat(manifest.getValue("Boot-Class-Path")).isNull();
    }

    private static String text(String file) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> entriesOf(String archive) throws IOException {
        List<String> names = new ArrayList<>();
        try (InputStream in = jar.getInputStream(jar.getEntry(archive));
                ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(in.readAllBytes()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }
}
