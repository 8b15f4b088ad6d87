package dev.sallyport.agent.exit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExitsDocumentTest {

    private static final String COMMAND = "mvn -q -B -pl javaagent -am test -Dtest=ExitsDocumentTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dsallyport.write-docs=true";

    @Test
    void theDocumentSaysWhatTheCodeDoes() {
        if (Boolean.getBoolean("sallyport.write-docs")) {
            ExitsDocument.write();
        }

        assertThat(ExitsDocument.file())
                .as("docs/exits.md is not what the guards say; write it again with: " + COMMAND)
                .isEqualTo(ExitsDocument.generated());
    }

    @Test
    void aGuardThatIsMadeLateIsMadeAtEachOfItsClasses() {
        Map<String, Guard> guards = ExitsDocument.guards();
        for (String[] row : Exits.late()) {
            Set<String> owners = new TreeSet<>();
            for (JoinPoint point : Objects.requireNonNull(guards.get(row[0])).points()) {
                owners.add(point.owner());
            }

            assertThat(Arrays.asList(row).subList(1, row.length))
                    .as(row[0])
                    .containsExactlyInAnyOrderElementsOf(owners);
        }
    }

    @Test
    void noClassHasALateGuardAndOneThatIsMadeAtStart() {
        List<String> late = new ArrayList<>();
        for (String[] row : Exits.late()) {
            late.addAll(Arrays.asList(row).subList(1, row.length));
        }
        Set<String> early = new TreeSet<>();
        ExitsDocument.guards().forEach((name, guard) -> {
            if (Arrays.stream(Exits.late()).noneMatch(row -> row[0].equals(name))) {
                for (JoinPoint point : guard.points()) {
                    early.add(point.owner());
                }
            }
        });

        assertThat(late).doesNotContainAnyElementsOf(early);
    }
}
