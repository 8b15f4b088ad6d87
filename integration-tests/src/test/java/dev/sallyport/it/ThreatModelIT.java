package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** docs/threat-model.md names each escape with the test that tries it, and no test that does not exist. */
class ThreatModelIT {

    private static final Path ROOT = Product.apps().getParent();
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:IT|Test))(?:\\.(\\w+))?`");
    private static final Pattern ESCAPES = Pattern.compile("`EscapesIT`:? ((?:`?[a-z][a-z0-9-]++(?![A-Z])`?(?:, )?)+)");

    /** What a test does to be allowed, or what it ends with. */
    private static final Set<String> NO_ESCAPES = Set.of("plain");

    @Test
    void eachEscapeThatIsTriedIsNamed() throws IOException {
        Set<String> tried = new TreeSet<>(EscapesIT.ESCAPES);
        tried.removeAll(NO_ESCAPES);

        assertThat(named()).containsExactlyInAnyOrderElementsOf(tried);
    }

    @Test
    void eachWayOutThatIsTriedIsNamed() throws IOException {
        List<String> tried = Arrays.stream(NoWayOutIT.class.getDeclaredMethods())
                .filter(ThreatModelIT::isTest)
                .map(method -> "`NoWayOutIT." + method.getName() + "`")
                .toList();

        assertThat(tried).isNotEmpty();
        assertThat(document()).contains(tried);
    }

    @Test
    void eachTestThatIsNamedExists() throws IOException {
        Matcher matcher = TEST.matcher(document());
        Set<String> missing = new TreeSet<>();
        while (matcher.find()) {
            if (!exists(matcher.group(1), matcher.group(2))) {
                missing.add(matcher.group());
            }
        }

        assertThat(missing).isEmpty();
    }

    private static boolean isTest(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            if (annotation instanceof EachJdk || annotation instanceof ParameterizedTest) {
                return true;
            }
        }
        return false;
    }

    private static boolean exists(String type, @Nullable String method) throws IOException {
        for (String module : List.of("integration-tests", "javaagent", "policy", "bootstrap", "cli", "journal")) {
            Path sources = ROOT.resolve(module).resolve("src/test/java");
            try (Stream<Path> files = Files.isDirectory(sources) ? Files.walk(sources) : Stream.empty()) {
                List<Path> found =
                        files.filter(file -> file.endsWith(type + ".java")).toList();
                if (!found.isEmpty()) {
                    return method == null || Files.readString(found.get(0)).contains(" " + method + "(");
                }
            }
        }
        return false;
    }

    private static Set<String> named() throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher matcher = ESCAPES.matcher(document());
        while (matcher.find()) {
            names.addAll(List.of(matcher.group(1).replace("`", "").strip().split(", ?", -1)));
        }
        names.remove("");
        return names;
    }

    private static String document() throws IOException {
        // lines are broken anywhere
        return Files.readString(ROOT.resolve("docs/threat-model.md")).replaceAll("\\s+", " ");
    }
}
