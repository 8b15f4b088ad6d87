package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file in {@code broken/} is a kind of mistake; the file beside it says which errors its author reads. */
class BrokenPoliciesTest {

    @ParameterizedTest
    @MethodSource("brokenPolicies")
    void isRefusedWithItsErrorsInPlace(Path policy) throws IOException {
        PolicyException refused =
                catchThrowableOfType(PolicyException.class, () -> PolicyLoader.load(policy, Overrides.NONE));
        Path expected = policy.resolveSibling(policy.getFileName().toString().replace(".yaml", ".expected"));
        assertThat(refused).as("%s was accepted", policy.getFileName()).isNotNull();
        assertThat(refused.toString()).isEqualTo(Files.readString(expected).stripTrailing());
    }

    @Test
    void everyMistakeHasItsExpectation() throws IOException {
        assertThat(brokenPolicies()).hasSizeGreaterThan(50);
    }

    static List<Path> brokenPolicies() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static Path directory() {
        try {
            return Path.of(Objects.requireNonNull(BrokenPoliciesTest.class.getResource("/broken"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
