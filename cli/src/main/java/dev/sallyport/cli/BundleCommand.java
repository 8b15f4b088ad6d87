package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.policy.load.BundleKey;
import dev.sallyport.policy.load.PolicyBundle;
import dev.sallyport.policy.load.PolicyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes one file of a policy that is read without YAML, and signs it. */
@Command(
        name = "bundle",
        description =
                "Check a policy, a directory of its files or a layer, and write it as one file that is read without"
                        + " YAML. A JVM with the option 'key' takes only bundles that the owner of the key has signed.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer =
                "0 done; 1 the policy has errors, or the signature is not right; 2 wrong usage, or a file that cannot be"
                        + " read or written.%n%nFor example: sallyport bundle --generate-key release.pem%n"
                        + "  sallyport bundle refunds.yaml -o refunds.sallyport --sign release.pem")
final class BundleCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "POLICY", arity = "0..1", description = "The policy: a file or a directory; or a bundle.")
    private @Nullable Path policy;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write the bundle.")
    private @Nullable Path output;

    @Mixin
    private final LayersOption layers = new LayersOption();

    @Option(names = "--sign", paramLabel = "KEY", description = "Sign with this private key (Ed25519, PKCS #8 in PEM).")
    private @Nullable Path sign;

    @Option(
            names = "--verify",
            paramLabel = "KEY",
            description = "Only say whether POLICY is a bundle signed with this" + " public key.")
    private @Nullable Path verify;

    @Option(
            names = "--generate-key",
            paramLabel = "FILE",
            description = "Write a new private key to FILE, and its public key to FILE.pub.")
    private @Nullable Path generate;

    @Option(names = "--json", description = "Print one JSON object instead: file, bytes, signed, done, problem.")
    private boolean json;

    BundleCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        if (generate != null) {
            return generated(generate);
        }
        if (policy == null) {
            throw new IOException("say which policy, or --generate-key FILE");
        }
        if (!Files.exists(policy)) {
            throw new IOException("there is no file " + policy);
        }
        if (verify != null) {
            boolean good = BundleKey.verifies(Files.readAllBytes(policy), verify);
            return tell(policy, -1, good, good ? null : policy + " is not a bundle that is signed with " + verify);
        }
        if (output == null) {
            throw new IOException("say where to write the bundle with --output FILE");
        }
        byte[] bundle;
        try {
            bundle = PolicyBundle.of(policy, layers.overrides(null));
        } catch (PolicyException e) {
            return tell(policy, -1, false, e.toString());
        }
        if (sign != null) {
            bundle = BundleKey.sign(bundle, sign);
        }
        Path whole = Path.of(output + ".new");
        Files.write(whole, bundle);
        Files.move(whole, output, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return tell(output, bundle.length, sign != null, null);
    }

    private int generated(Path file) throws IOException, GeneralSecurityException {
        String[] pair = BundleKey.generate();
        if (Files.exists(file)) {
            throw new IOException(file + " is there already, and keys are not overwritten");
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, pair[0], StandardOpenOption.CREATE);
        Path publicKey = Path.of(file + ".pub");
        Files.writeString(publicKey, pair[1]);
        return tell(publicKey, -1, false, null);
    }

    private int tell(Path file, int bytes, boolean signed, @Nullable String problem) throws IOException {
        if (json) {
            try (JsonGenerator generator = Json.generator(terminal)) {
                generator.writeStartObject();
                generator.writeStringField("file", file.toString());
                if (bytes >= 0) {
                    generator.writeNumberField("bytes", bytes);
                }
                generator.writeBooleanField("signed", signed);
                generator.writeBooleanField("done", problem == null);
                if (problem != null) {
                    generator.writeStringField("problem", problem);
                }
                generator.writeEndObject();
            }
            terminal.out().println();
        } else if (problem != null) {
            for (String line : problem.split("\n", -1)) {
                terminal.out().println(Style.DENIED.paint(Plain.text(line), terminal.colour()));
            }
        } else {
            String what = signed ? ", signed" : bytes >= 0 ? ", not signed" : "";
            terminal.out().println(Plain.text(file + (bytes >= 0 ? ", " + bytes + " bytes" : "") + what));
        }
        return problem == null ? 0 : SallyportCommand.NO;
    }
}
