package dev.sallyport.policy;

import static dev.sallyport.policy.Policies.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.match.Match;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hundreds of rules for the same few places, for more agents than a machine word has bits: what the index finds is what matches. */
class ManyRulesTest {

    private static final int AGENTS = 150;
    private static final int CALLS = 20_000;

    private static final String[] PLACES = {
        "a.example",
        "\"*.example\"",
        "\"*.a.example\"",
        "b.a.example",
        "10.1.0.0/16",
        "10.1.2.0/24",
        "\"2002:a01:200::/40\"",
        "\"*\""
    };
    private static final String[] HOSTS = {"a.example", "b.a.example", "c.b.a.example", "z.example", "other.test"};
    private static final String[] ADDRESSES = {"10.1.2.3", "10.1.9.9", "2002:a01:203::1", "203.0.113.7"};
    private static final String[] PORTS = {"", ":443", ":80"};

    @ParameterizedTest
    @ValueSource(ints = {40, 400, 2_000})
    void theFirstRuleThatMatchesDecides(int rules) {
        Random random = new Random(rules);
        PolicyEngine engine = Policies.engine(yaml(rules, random));
        compare(engine, random);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 400})
    void soItIsInOtherModes(int rules) throws Exception {
        Random random = new Random(-rules);
        LoadedPolicy loaded = Policies.load(yaml(rules, random), Overrides.NONE);
        Map<String, Mode> modes = new HashMap<>();
        for (int i = 0; i < rules; i++) {
            if (random.nextBoolean()) {
                modes.put("r" + i, Mode.MONITOR);
            }
        }
        PolicyState state = new PolicyState(Map.of(), modes, null, Map.of(), null, null);
        compare(loaded.engine().with(loaded.policy(), state, 0), random);
        PolicyState watched = new PolicyState(Map.of(), Map.of("r1", Mode.ENFORCE), Mode.MONITOR, Map.of(), null, null);
        compare(loaded.engine().with(loaded.policy().in(Mode.MONITOR), watched, 0), random);
    }

    private static void compare(PolicyEngine engine, Random random) {
        for (int i = 0; i < CALLS; i++) {
            Call call = call(random);
            String expected = first(engine, call);
            String decided = engine.decide(call).rule().id();
            if (!decided.equals(expected)) {
                assertThat(decided).as(call.toString()).isEqualTo(expected);
            }
        }
    }

    /** Asks every rule in turn. All of them deny, so the first that is enforced decides, or else the first of all. */
    private static String first(PolicyEngine engine, Call call) {
        String watched = null;
        for (RuleMatcher rule : engine.egressMatchers()) {
            if (rule.match(call) == Match.YES) {
                if (rule.enforced()) {
                    return rule.rule().id();
                }
                watched = watched == null ? rule.rule().id() : watched;
            }
        }
        boolean enforced = engine.builtIn(BuiltIn.DEFAULT_DENY).mode() == Mode.ENFORCE;
        return watched == null || enforced ? BuiltIn.DEFAULT_DENY.id() : watched;
    }

    private static String yaml(int rules, Random random) {
        StringBuilder yaml = new StringBuilder("agents:\n");
        for (int i = 0; i < AGENTS; i++) {
            yaml.append("  agent-").append(i).append(":\n");
        }
        yaml.append("groups: {g: {fqdn: [a.example], cidr: [10.0.0.0/8], ports: [80, 8000-8100]}}\negress:\n");
        for (int i = 0; i < rules; i++) {
            yaml.append("  - {id: r").append(i).append(", action: deny, to: [").append(place(random));
            yaml.append(random.nextInt(4) == 0 ? ", g]" : "]");
            if (random.nextInt(8) != 0) {
                yaml.append(", agent: [agent-").append(random.nextInt(AGENTS));
                yaml.append(random.nextBoolean() ? "" : ", agent-" + random.nextInt(AGENTS))
                        .append(']');
            }
            yaml.append(random.nextInt(3) == 0 ? ", via: [tcp]" : "");
            yaml.append(random.nextInt(3) == 0 ? ", library: [\"com.acme" + i % 20 + ":*\"]" : "")
                    .append("}\n");
        }
        return yaml.toString();
    }

    private static String place(Random random) {
        String place = PLACES[random.nextInt(PLACES.length)];
        String port = PORTS[random.nextInt(PORTS.length)];
        if (place.indexOf('/') >= 0 || port.isEmpty()) {
            return place;
        }
        return '"' + place.replace("\"", "") + port + '"';
    }

    private static Call call(Random random) {
        String agent = "agent-" + random.nextInt(AGENTS + 5);
        Library library = random.nextBoolean() ? SHOP : new Library("com.acme" + random.nextInt(25), "x", null, "x");
        String host = random.nextInt(4) == 0 ? null : HOSTS[random.nextInt(HOSTS.length)];
        Address address = random.nextInt(6) == 0 && host != null
                ? null
                : Policies.address(ADDRESSES[random.nextInt(ADDRESSES.length)]);
        int port = random.nextBoolean() ? 443 : random.nextBoolean() ? 80 : 8_050;
        return call(random, agent, library, host, address, port);
    }

    private static Call call(
            Random random, String agent, Library library, @Nullable String host, @Nullable Address address, int port) {
        return host != null && random.nextInt(4) == 0
                ? Call.name(agent, library, host)
                : new Call(
                        Stage.CONNECT,
                        random.nextInt(3) == 0 ? Via.UDP : Via.TCP,
                        agent,
                        library,
                        host,
                        address,
                        port,
                        null,
                        null);
    }
}
