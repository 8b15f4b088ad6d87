package dev.sallyport.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.gate.Gate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientsTest {

    static List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (String[] row : Clients.inLibraries()) {
            rows.add(List.of(row));
        }
        for (String[] row : Clients.inJdk()) {
            rows.add(List.of(row));
        }
        return rows;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void aRowNamesTheClassesThatItsGuardStandsAt(List<String> row) throws ReflectiveOperationException {
        Set<String> owners = new LinkedHashSet<>();
        for (JoinPoint point : points(guard(row.get(0)))) {
            assertThat(point.library()).isEqualTo(!row.get(0).matches(".*\\.(HttpUrlConnection|JavaNetHttp)"));
            owners.add(point.owner());
        }

        assertThat(row.subList(1, row.size())).containsExactlyInAnyOrderElementsOf(owners);
    }

    @Test
    void thereAreNumbersForThePointsOfAllClientsAtOnce() throws ReflectiveOperationException {
        int points = 0;
        for (String[] row : Clients.inLibraries()) {
            points += points(guard(row[0])).size();
        }

        assertThat(points).isLessThan(Gate.POINT_LIMIT / 2);
    }

    /** Returns where a guard stands always, and where while a policy looks into bodies. */
    private static List<JoinPoint> points(Guard guard) {
        List<JoinPoint> points = new ArrayList<>(List.of(guard.points()));
        Guard bodies = guard.bodies();
        if (bodies != null) {
            points.addAll(List.of(bodies.points()));
        }
        return points;
    }

    @SuppressWarnings("NullAway") // nothing is decided here
    private static Guard guard(String name) throws ReflectiveOperationException {
        return Class.forName(name)
                .asSubclass(Guard.class)
                .getConstructor(Enforcement.class)
                .newInstance(new Enforcement(null, null, null));
    }
}
