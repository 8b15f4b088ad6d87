package dev.sallyport.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;

/**
 * A key and a certificate for some hosts, made by the JDK's keytool for one test, and a store in which a child JVM finds that it
 * may trust it.
 */
final class SelfMadeCertificate {

    private static final String PASSWORD = "changeit";
    private static final String KEY = "far-end";

    private final KeyStore keys;
    private final Path trusted;

    private SelfMadeCertificate(KeyStore keys, Path trusted) {
        this.keys = keys;
        this.trusted = trusted;
    }

    /** Makes one, with its files in {@code directory}. */
    static SelfMadeCertificate of(Path directory, String... hosts) throws IOException, GeneralSecurityException {
        Path file = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        KEY,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + hosts[0],
                        "-ext",
                        "san=dns:" + String.join(",dns:", hosts),
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        try {
            if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
                throw new IOException("keytool: " + Files.readString(directory.resolve("keytool.log")));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry(KEY, keys.getCertificate(KEY));
        Path trusted = directory.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(trusted)) {
            trust.store(out, PASSWORD.toCharArray());
        }
        return new SelfMadeCertificate(keys, trusted);
    }

    /** Returns what a server shows it with. */
    KeyManagerFactory keys() throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        return factory;
    }

    /** Returns the options of a JVM that trusts it. */
    String[] trusting() {
        return new String[] {"-Djavax.net.ssl.trustStore=" + trusted, "-Djavax.net.ssl.trustStorePassword=" + PASSWORD};
    }
}
