package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.condition.Expression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies as one file that is read without YAML, signed or not. */
class BundleTest {

    private static final String PLAIN = """
            apiVersion: sallyport.dev/v1
            kind: Policy
            metadata: {name: refunds, version: "1"}
            agents: {refund: {}}
            egress:
              - {id: pay, agent: [refund], to: [api.psp.example], action: allow}
            """;
    /** A text over several lines is more than the small reader reads. */
    private static final String BEYOND = PLAIN.replace("version: \"1\"", "version: \"1\",\n  owner: \"a \\\n  b\"");

    @TempDir
    Path directory;

    private Path privateKey = Path.of("");
    private Path publicKey = Path.of("");

    @BeforeEach
    void keys() throws Exception {
        String[] pair = BundleKey.generate();
        privateKey = Files.writeString(directory.resolve("key.pem"), pair[0]);
        publicKey = Files.writeString(directory.resolve("key.pub.pem"), pair[1]);
    }

    @Test
    void aBundleIsThePolicyThatItWasMadeOf() throws Exception {
        for (String text : List.of(PLAIN, BEYOND)) {
            Path yaml = write("refunds.yaml", text);
            LoadedPolicy written = PolicyLoader.load(yaml, Overrides.NONE);
            LoadedPolicy read = PolicyLoader.load(bundle(yaml, false), Overrides.NONE);

            assertThat(read.rules()).isEqualTo(written.rules());
            assertThat(read.policy().agents()).isEqualTo(written.policy().agents());
            assertThat(read.policy().label()).isEqualTo("refunds@1");
        }
    }

    @Test
    void whatIsWrongWithABundleIsToldAtThePlaceInItsSources() throws Exception {
        Path parts = Files.createDirectory(directory.resolve("parts"));
        Files.writeString(
                parts.resolve("a.yaml"), PLAIN.replace("egress:\n", "").replaceAll("  - .*\n", ""));
        Files.writeString(parts.resolve("b.yaml"), "# second\negress:\n  - {id: pay, to: [\"*\"], action: allow}\n");
        Path bundle = Files.write(directory.resolve("parts.sallyport"), PolicyBundle.of(parts));

        assertThat(PolicyLoader.load(bundle, Overrides.NONE).rules().get(0).source())
                .isEqualTo("b.yaml:3");

        Files.writeString(parts.resolve("b.yaml"), "egress:\n  - {id: pay, to: [nowhere], action: allow}\n");
        assertThat(catchThrowableOfType(PolicyException.class, () -> PolicyBundle.of(parts))
                        .toString())
                .startsWith("b.yaml:2:20: unknown group 'nowhere'");
    }

    @Test
    void withAKeyOnlyWhatItsOwnerSignedIsUsed() throws Exception {
        Path yaml = write("refunds.yaml", PLAIN);
        Path signed = bundle(yaml, true);
        Path layer = write(
                "org.yaml",
                "apiVersion: sallyport.dev/v1\nkind: Layer\nmetadata: {name: org}\negress: [{id: no, action: deny}]\n");
        Path signedLayer = write("org.sallyport", BundleKey.sign(PolicyBundle.of(layer), privateKey));

        assertThat(PolicyLoader.load(signed, keyed(null)).policy().name()).isEqualTo("refunds");
        assertThat(PolicyLoader.load(signed, keyed(signedLayer)).rules().get(0).id())
                .isEqualTo("org:no");
        assertThat(refused(yaml, keyed(null))).contains("wants a signed bundle, and this is none");
        assertThat(refused(signed, keyed(layer))).startsWith("org.yaml: the option 'key' wants a signed bundle");
        assertThat(refused(bundle(yaml, false), keyed(null))).contains("the bundle is not signed;");
        assertThat(refused(directory, keyed(null))).contains("is a directory");

        byte[] other = BundleKey.sign(PolicyBundle.of(yaml), write("other.pem", BundleKey.generate()[0]));
        assertThat(refused(write("other.sallyport", other), keyed(null))).contains("is not signed with the key");
    }

    @Test
    void everyAlteredByteOfASignedBundleIsNoticed() throws Exception {
        byte[] signed = Files.readAllBytes(bundle(write("refunds.yaml", PLAIN), true));
        for (int i = 0; i < signed.length; i++) {
            byte[] altered = signed.clone();
            altered[i] ^= 1;
            assertThat(BundleKey.verifies(altered, publicKey)).as("byte " + i).isFalse();
        }
        assertThat(BundleKey.verifies(Arrays.copyOf(signed, signed.length + 1), publicKey))
                .isFalse();
    }

    @Test
    void aBrokenBundleIsRefusedOrReadAndNeverTakesMoreThanItIsWorth() throws Exception {
        byte[] whole = PolicyBundle.of(write("refunds.yaml", PLAIN));
        Random random = new Random(20261120);
        Path file = directory.resolve("broken.sallyport");
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = i % 10 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int k = random.nextInt(4); k >= 0 && broken.length > Bundle.MAGIC.length; k--) {
                int at = Bundle.MAGIC.length + random.nextInt(broken.length - Bundle.MAGIC.length);
                broken[at] = (byte) (random.nextInt(3) == 0 ? 0xff : random.nextInt(256));
            }
            try {
                Bundle.read(broken, 0);
            } catch (Bundle.BrokenException e) {
                refused++;
            }
            if (i % 40 == 0) {
                Files.write(file, broken);
                try {
                    PolicyLoader.load(file, Overrides.NONE);
                } catch (PolicyException e) {
                    assertThat(e.problems()).isNotEmpty();
                }
            }
        }
        assertThat(refused).isGreaterThan(5_000);
    }

    @Test
    void nestingWithoutEndIsRefused() throws Exception {
        byte[] head = Arrays.copyOf(PolicyBundle.of(write("refunds.yaml", PLAIN)), Bundle.MAGIC.length + 1);
        byte[] tail = new byte[300_000];
        for (int i = 0; i + 3 < tail.length; i += 4) {
            tail[i] = 2;
            tail[i + 3] = 1;
        }
        byte[] deep = new byte[head.length + 6 + tail.length];
        System.arraycopy(head, 0, deep, 0, head.length);
        int at = head.length;
        deep[at++] = 0;
        deep[at++] = 1;
        deep[at++] = 1;
        deep[at++] = 'a';
        deep[at++] = 0;
        deep[at++] = 1;
        System.arraycopy(tail, 0, deep, at, tail.length);

        assertThat(catchThrowableOfType(Bundle.BrokenException.class, () -> Bundle.read(deep, 0)))
                .hasMessage("the bundle has more than 60 levels");
    }

    @Test
    void whatTakesTheWholeOfYamlIsKeptAsABundleUntilItChanges() throws Exception {
        Path yaml = write("refunds.yaml", BEYOND);

        assertThat(PolicyBundle.keep(yaml, false)).isTrue();
        assertThat(PolicyBundle.keep(yaml, false)).isFalse();
        List<String> kept = bundles();
        assertThat(kept).singleElement().asString().matches("refunds-[0-9a-f]{16}\\.sallyport");
        assertThat(PolicyLoader.load(yaml, Overrides.NONE).rules().get(0).source())
                .isEqualTo("refunds.yaml:8");

        write("refunds.yaml", BEYOND + "audit: {dir: other}\n");
        assertThat(PolicyLoader.load(yaml, Overrides.NONE).policy().audit().dir())
                .isEqualTo("other");
        assertThat(PolicyBundle.keep(yaml, false)).isTrue();
        assertThat(bundles()).hasSize(1).doesNotContainAnyElementsOf(kept);
    }

    @Test
    void aKeptBundleOfSomethingElseIsNotUsed() throws Exception {
        Path yaml = write("refunds.yaml", BEYOND);
        PolicyBundle.keep(yaml, false);
        Path kept = directory.resolve(bundles().get(0));
        Path other = write("other.yaml", PLAIN.replace("api.psp.example", "evil.example"));
        Files.write(kept, PolicyBundle.of(other));

        assertThat(PolicyLoader.load(yaml, Overrides.NONE).rules()).asString().doesNotContain("evil");
        Files.write(kept, "sallyport bundle\nno".getBytes(StandardCharsets.US_ASCII));
        assertThat(PolicyLoader.load(yaml, Overrides.NONE).rules()).hasSize(1);
    }

    @Test
    void nothingIsKeptOfAPolicyThatIsReadFastAnyhow() throws Exception {
        assertThat(PolicyBundle.keep(write("refunds.yaml", PLAIN), false)).isFalse();
        assertThat(bundles()).isEmpty();
    }

    @Test
    void conditionsAreNotCheckedAgainAtTheStartWhereABundleOfThemIsKept() throws Exception {
        String right = PLAIN + "tools: [{id: a, tool: t, when: args.amount > 3, action: allow}]\n";
        Path yaml = write("refunds.yaml", right);
        assertThat(PolicyBundle.keep(yaml, true)).isTrue();
        assertThat(PolicyLoader.loadAtStart(yaml, Overrides.NONE)
                        .conditions()
                        .get(0)
                        .compile())
                .isEmpty();

        write("refunds.yaml", right.replace("args.amount", "agnt.amount"));
        assertThat(PolicyBundle.keep(yaml, true))
                .as("kept although it is broken")
                .isFalse();
        assertThat(catchThrowableOfType(PolicyException.class, () -> PolicyLoader.loadAtStart(yaml, Overrides.NONE)))
                .hasMessageContaining("undeclared reference to 'agnt'");
    }

    @Test
    void aBundleThatNoSoundVersionMadeHoldsNoConditionThatAllows() throws Exception {
        Path yaml = write("refunds.yaml", PLAIN + "tools: [{id: a, tool: t, when: agnt == 'x', action: allow}]\n");
        String digest = PolicyBundle.digest(Files.readAllBytes(yaml));
        Files.write(PolicyBundle.beside(yaml.toAbsolutePath(), digest), new byte[0]);

        LoadedPolicy loaded = PolicyLoader.loadAtStart(yaml, Overrides.NONE);
        Call call = Call.tool("refund", Library.NONE, "t");

        assertThat(loaded.engine().decide(call).rule().id()).isEqualTo("default-deny");
        assertThat(loaded.conditions().get(0).compile())
                .singleElement()
                .extracting(Expression.Fault::message)
                .asString()
                .contains("undeclared reference to 'agnt'");
        assertThat(loaded.engine().decide(call).rule().id()).isEqualTo("default-deny");
    }

    private List<String> bundles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".sallyport"))
                    .toList();
        }
    }

    private Overrides keyed(@Nullable Path before) {
        return new Overrides(null, null, before, null, publicKey);
    }

    private static String refused(Path policy, Overrides overrides) {
        PolicyException refused =
                catchThrowableOfType(PolicyException.class, () -> PolicyLoader.load(policy, overrides));
        assertThat(refused).as("accepted").isNotNull();
        return refused.toString();
    }

    private Path bundle(Path policy, boolean signed) throws Exception {
        byte[] bundle = PolicyBundle.of(policy);
        return write(
                signed ? "signed.sallyport" : "unsigned.sallyport",
                signed ? BundleKey.sign(bundle, privateKey) : bundle);
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(directory.resolve(name), content);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
