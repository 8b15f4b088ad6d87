package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Node;
import dev.sallyport.policy.load.Problems;
import dev.sallyport.policy.load.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policy's documentation shows examples with what they decide; each of these tables is run. */
class DocumentedDecisionsTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "policy.md");
    private static final String OUTSIDE = "outside";

    @TempDir
    Path dir;

    /**
     * A row of a table.
     *
     * @param line its line in the document
     * @param policy the example above the table
     * @param cells the cells by their column's head
     */
    record Row(int line, String policy, Map<String, String> cells) {

        String cell(String head) {
            return cells.getOrDefault(head, "").replace("`", "");
        }

        @Override
        public String toString() {
            return "policy.md:" + line + " " + cells.values();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void anExampleDecidesWhatItsTableSays(Row row) throws Exception {
        Path file = Files.writeString(dir.resolve("example.yaml"), whole(row.policy()));
        LoadedPolicy loaded = PolicyFile.load(file);

        Trial trial = new Rehearsal(loaded.engine(), null).trial(Attempt.of(facts(row), loaded.policy()), times(row));

        Trial.Step watched = trial.wouldBeDenied();
        Trial.Step step = watched == null ? trial.last() : watched;
        Rule rule = watched == null || step.decision().wouldRule() == null
                ? step.decision().rule()
                : step.decision().wouldRule();
        boolean denied = step.decision().action() == Action.DENY;
        assertThat((denied ? "denied" : watched != null ? "allowed, would be denied" : "allowed") + " by " + rule.id())
                .as(row.toString())
                .isEqualTo(row.cell("is") + " by " + row.cell("by"));
    }

    private static int times(Row row) {
        return row.cell("times").isEmpty() ? 1 : Integer.parseInt(row.cell("times"));
    }

    @Test
    void mostExamplesSayWhatTheyDecide() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(25);
    }

    static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        List<String> lines = Files.readAllLines(DOCUMENT);
        StringBuilder example = null;
        String last = "";
        List<String> heads = List.of();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.equals("```yaml")) {
                example = new StringBuilder();
            } else if (line.equals("```") && example != null) {
                last = example.toString();
                example = null;
            } else if (example != null) {
                example.append(line).append('\n');
            } else if (line.startsWith("|")) {
                List<String> cells = cells(line);
                if (cells.contains("tries")) {
                    heads = cells;
                } else if (!heads.isEmpty() && !line.startsWith("|-")) {
                    Map<String, String> row = new HashMap<>();
                    for (int c = 0; c < heads.size(); c++) {
                        row.put(heads.get(c), cells.get(c));
                    }
                    rows.add(new Row(i + 1, last, row));
                }
            } else {
                heads = List.of();
            }
        }
        return rows;
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
            cells.add(cell.strip());
        }
        return cells;
    }

    private static String whole(String example) {
        String head = example.contains("apiVersion:") ? "" : "apiVersion: sallyport.dev/v1\nkind: Policy\n";
        return head + (example.contains("metadata: {name:") ? "" : "metadata: {name: example}\n") + example;
    }

    /** Reads {@code POST https://a.example/x}, {@code tcp a.example:443 = 10.0.0.5}, {@code tool NAME {JSON}}. */
    private static Attempt.Facts facts(Row row) {
        String agent = row.cell("agent").equals(OUTSIDE) || row.cell("agent").isEmpty() ? null : row.cell("agent");
        String library = row.cell("library").isEmpty() ? "com.shop:desk:1.0" : row.cell("library");
        String tries = row.cell("tries");
        int blank = tries.indexOf(' ');
        String verb = tries.substring(0, blank);
        String rest = tries.substring(blank + 1);
        String address = null;
        int equals = rest.indexOf(" = ");
        if (equals > 0) {
            address = rest.substring(equals + 3);
            rest = rest.substring(0, equals);
        }
        if (verb.equals("enter")) {
            return facts(agent, null, null, null, null, library, null, rest, null, null);
        }
        if (verb.equals("tool")) {
            int arguments = rest.indexOf(" {");
            return facts(
                    agent,
                    null,
                    null,
                    null,
                    null,
                    library,
                    arguments < 0 ? rest : rest.substring(0, arguments),
                    null,
                    task(row),
                    arguments < 0 ? null : arguments(rest.substring(arguments + 1)));
        }
        boolean request = rest.contains("://");
        return facts(
                agent,
                request ? null : verb,
                rest,
                address,
                request ? verb : null,
                library,
                null,
                null,
                task(row),
                null);
    }

    private static @Nullable Task task(Row row) {
        return row.cell("task").isEmpty() ? null : new Task(row.cell("task"), "made-up", Map.of(), 0);
    }

    private static Attempt.Facts facts(
            @Nullable String agent,
            @Nullable String via,
            @Nullable String to,
            @Nullable String address,
            @Nullable String method,
            String library,
            @Nullable String tool,
            @Nullable String enter,
            @Nullable Task task,
            @Nullable Map<String, Object> arguments) {
        return new Attempt.Facts(
                agent, via, to, address, method, null, Map.of(), library, tool, enter, null, task, arguments);
    }

    private static @Nullable Map<String, Object> arguments(String json) {
        return YamlFile.parse(json, new Problems("arguments")) instanceof Node.Mapping mapping
                ? Values.of(mapping)
                : null;
    }
}
