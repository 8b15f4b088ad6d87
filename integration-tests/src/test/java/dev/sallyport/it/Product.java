package dev.sallyport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the build left what is tested. */
final class Product {

    /** The one jar that ships. */
    static final Path JAR = property("sallyport.jar");

    private static final Path APPS = property("sallyport.it-apps");

    private Product() {}

    /** Returns the jar of the program that tries exits. */
    static Path exits() {
        return builtJar("exits");
    }

    /** Returns the jar of the program that tries to get around the gate. */
    static Path escapes() {
        return builtJar("escapes");
    }

    /** Returns the jar of the program that hands work over in every way. */
    static Path threads() {
        return builtJar("threads");
    }

    /** Returns the class path of the program that brings its own versions of our libraries. */
    static List<Path> isolation() {
        List<Path> classPath = new ArrayList<>(List.of(builtJar("isolation")));
        classPath.addAll(jars(APPS.resolve("isolation/target/lib")));
        return classPath;
    }

    /** Returns the class path of the program that makes HTTP requests, with the clients of one of its modules. */
    static List<Path> httpClients(String module) {
        String folder = "http-clients/" + module;
        List<Path> classPath = new ArrayList<>(List.of(builtJar(folder)));
        Path libraries = APPS.resolve(folder).resolve("target/lib");
        if (Files.isDirectory(libraries)) {
            classPath.addAll(jars(libraries));
        }
        return classPath;
    }

    /** Returns the class path of that program with the libraries that it hands work over by. */
    static List<Path> threadsAndLibraries() {
        List<Path> classPath = new ArrayList<>(List.of(threads()));
        classPath.addAll(jars(APPS.resolve("threads/target/lib")));
        return classPath;
    }

    /** Returns the class path of a program that uses an agent framework. */
    static List<Path> framework(String module) {
        List<Path> classPath = new ArrayList<>(List.of(builtJar("frameworks/" + module)));
        Path lib = APPS.resolve("frameworks").resolve(module).resolve("target/lib");
        if (Files.isDirectory(lib)) {
            classPath.addAll(jars(lib));
        }
        return classPath;
    }

    /** Returns the class path of the program with the libraries that call home. */
    static List<Path> strayTelemetry() {
        List<Path> classPath = new ArrayList<>(List.of(builtJar("stray-telemetry")));
        classPath.addAll(jars(APPS.resolve("stray-telemetry/target/lib")));
        return classPath;
    }

    /** Returns the class path of Netty's own tests, with what runs them. */
    static List<Path> nettyTestsuite() {
        return jars(APPS.resolve("netty-testsuite/target/lib"));
    }

    /** Returns the folder of one of the programs under test. */
    static Path app(String name) {
        return APPS.resolve(name);
    }

    /** Returns the directory of the applications. */
    static Path apps() {
        return APPS;
    }

    private static Path builtJar(String app) {
        List<Path> jars = jars(APPS.resolve(app).resolve("target"));
        if (jars.size() != 1) {
            throw new IllegalStateException("expected one jar of " + app + ", found " + jars);
        }
        return jars.get(0);
    }

    private static List<Path> jars(Path directory) {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.jar")) {
            found.forEach(jars::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jars;
    }

    private static Path property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("run me by mvn verify, or set -D" + name);
        }
        return Path.of(value).toAbsolutePath().normalize();
    }
}
