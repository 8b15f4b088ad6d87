package dev.sallyport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.ReferencePolicy.Egress;
import dev.sallyport.policy.ReferencePolicy.Facts;
import dev.sallyport.policy.ReferencePolicy.Group;
import dev.sallyport.policy.ReferencePolicy.Listed;
import dev.sallyport.policy.ReferencePolicy.Request;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineAgainstReferenceTest {

    private static final int POLICIES = 1_400;
    private static final int CALLS = 800;

    private static final String[] AGENTS = {"refund", "fraud-check", "orchestrator", "unattributed"};
    private static final String[] HOSTS = {
        "example", "a.example", "b.a.example", "c.b.a.example", "b.example", "other.test", "x.other.test"
    };
    private static final String[] HOST_WORDS = {
        "a.example",
        "*.a.example",
        "*.example",
        "b.a.example",
        "*.b.a.example",
        "other.test",
        "*.other.test:443",
        "a.example:443",
        "b.example:80",
        "*.test"
    };
    private static final String[] CIDRS = {
        "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32", "203.0.113.0/24", "203.0.113.128/25", "0.0.0.0/0"
    };
    private static final String[] IPS = {
        "10.1.2.3", "10.1.2.4", "10.1.3.1", "10.200.0.1", "203.0.113.7", "203.0.113.200", "198.51.100.1"
    };
    private static final String[] LIBRARIES = {"com.shop:*", "com.shop:refund", "com.acme:metrics", "com.acme", "org"};
    private static final Library[] CALLERS = {
        new Library("com.shop", "refund", "1.0", "com.shop"),
        new Library("com.shop", "desk", null, "com.shop"),
        new Library("com.acme", "metrics", "4.2.1", "com.acme"),
        new Library(null, "acme.jar", null, "com.acme.beacon"),
        new Library(null, "other.jar", null, "com.acmeother"),
        Library.NONE
    };
    private static final String[] PATHS = {"/orders/*", "/orders/**", "/v1/refunds", "/**", "/orders/*/items"};
    private static final String[] REQUESTED = {"/", "/orders/1", "/orders/1/items", "/v1/refunds", "/v1/refunds/2"};
    private static final String[] METHODS = {"GET", "POST"};
    private static final Via[] NETWORK = {Via.DNS, Via.TCP, Via.UDP, Via.HTTP};

    @TempDir
    Path dir;

    @Test
    void everyCallIsDecidedAsByAskingEveryRuleInTurn() throws IOException, PolicyException {
        Random random = new Random(20261101);
        for (int p = 0; p < POLICIES; p++) {
            ReferencePolicy reference = policy(random);
            String yaml = yaml(reference);
            Path file = Files.writeString(dir.resolve("random.yaml"), yaml);
            writeFeeds(reference);
            LoadedPolicy loaded = PolicyLoader.load(file, Overrides.NONE);
            compare(reference, loaded.engine(), CALLS, random, yaml);
            Map<String, Mode> modes = new HashMap<>();
            ReferencePolicy flipped = flipped(reference, random, modes);
            PolicyState state = new PolicyState(Map.of(), modes, null, Map.of(), null, null);
            PolicyEngine inModes = loaded.engine().with(loaded.policy(), state, 0);
            compare(flipped, inModes, CALLS / 8, random, modes + "\n" + yaml);
        }
    }

    private static void compare(
            ReferencePolicy reference, PolicyEngine engine, int calls, Random random, String description) {
        for (int c = 0; c < calls; c++) {
            Call call = call(random);
            String expected = reference.decide(call);
            String decided = ReferencePolicy.told(engine.decide(call));
            if (!decided.equals(expected)) {
                assertThat(decided).as(description + "\n" + call).isEqualTo(expected);
            }
        }
    }

    /** Returns the policy with other modes of some rules, which it notes in {@code modes}. */
    private static ReferencePolicy flipped(ReferencePolicy policy, Random random, Map<String, Mode> modes) {
        List<Egress> rules = new ArrayList<>();
        for (Egress rule : policy.rules()) {
            boolean monitored = random.nextInt(3) == 0 ? !rule.monitored() : rule.monitored();
            rules.add(new Egress(rule.id(), rule.allows(), monitored, rule.facts(), rule.except()));
            if (monitored != rule.monitored()) {
                modes.put(rule.id(), monitored ? Mode.MONITOR : Mode.ENFORCE);
            }
        }
        return new ReferencePolicy(policy.monitor(), policy.groups(), rules);
    }

    private static ReferencePolicy policy(Random random) {
        Map<String, Group> groups = new LinkedHashMap<>();
        for (int i = 0; i < 3; i++) {
            boolean both = random.nextInt(3) == 0;
            boolean names = random.nextBoolean();
            List<String> fqdn = new ArrayList<>();
            for (String word : both || names ? some(random, HOST_WORDS, 3) : List.<String>of()) {
                fqdn.add(word.replaceAll(":.*", ""));
            }
            groups.put(
                    "g" + i,
                    new Group(
                            fqdn,
                            both || !names ? some(random, CIDRS, 2) : List.of(),
                            random.nextInt(3) == 0 ? Integer.valueOf(443) : null,
                            fqdn.isEmpty() ? "public" : one(random, "public", "private", "any"),
                            random.nextInt(3) == 0 ? listed(random) : null));
        }
        List<Egress> rules = new ArrayList<>();
        // now and then so many rules that what is found under one place is linked to, not copied
        int count = random.nextInt(20) == 0 ? 60 + random.nextInt(140) : 1 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            Facts facts = facts(random, false, true);
            rules.add(new Egress(
                    "r" + i,
                    random.nextBoolean(),
                    random.nextInt(5) == 0,
                    facts,
                    random.nextInt(5) == 0 ? facts(random, true, facts.vias() == null) : null));
        }
        boolean monitor = random.nextInt(8) == 0;
        if (monitor) {
            for (int i = 0; i < count; i++) {
                Egress rule = rules.get(i);
                rules.set(i, new Egress(rule.id(), rule.allows(), random.nextInt(4) != 0, rule.facts(), rule.except()));
            }
        }
        return new ReferencePolicy(monitor, groups, rules);
    }

    private static Listed listed(Random random) {
        List<String> names = new ArrayList<>();
        for (String word : random.nextInt(4) == 0 ? List.<String>of() : some(random, HOST_WORDS, 4)) {
            names.add(word.replaceAll(":.*", ""));
        }
        boolean addresses = names.isEmpty() || random.nextBoolean();
        return new Listed(names, addresses ? some(random, CIDRS, 3) : List.of(), random.nextInt(6) == 0);
    }

    private void writeFeeds(ReferencePolicy policy) throws IOException {
        for (Map.Entry<String, Group> group : policy.groups().entrySet()) {
            Listed listed = group.getValue().feed();
            if (listed != null) {
                Path file = dir.resolve(group.getKey() + ".txt");
                Files.writeString(file, String.join("\n", listed.names()) + "\n" + String.join("\n", listed.cidr()));
                if (listed.old()) {
                    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
                }
            }
        }
    }

    private static Facts facts(Random random, boolean except, boolean requests) {
        boolean http = requests && random.nextInt(5) == 0;
        List<Via> vias = null;
        if (!http && !except && random.nextInt(3) == 0) {
            vias = List.of(NETWORK[random.nextInt(4)], NETWORK[random.nextInt(4)]);
        }
        List<String> to = null;
        if (random.nextInt(8) != 0) {
            to = new ArrayList<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                to.add(
                        switch (random.nextInt(10)) {
                            case 0 -> "*";
                            case 1, 2, 3 -> "g" + random.nextInt(3);
                            case 4, 5 -> one(random, CIDRS);
                            default -> one(random, HOST_WORDS);
                        });
            }
        }
        List<Request> wanted = null;
        if (http) {
            wanted = new ArrayList<>();
            for (int i = 1 + random.nextInt(2); i > 0; i--) {
                String path = random.nextInt(4) == 0 ? null : one(random, PATHS);
                wanted.add(new Request(path == null || random.nextBoolean() ? one(random, METHODS) : null, path));
            }
        }
        return new Facts(
                random.nextInt(2) == 0 || (except && to == null && !http) ? some(random, AGENTS, 2) : null,
                random.nextInt(4) == 0 ? some(random, LIBRARIES, 2) : null,
                random.nextBoolean(),
                vias,
                to,
                wanted);
    }

    private static Call call(Random random) {
        String agent = one(random, AGENTS);
        Library library = CALLERS[random.nextInt(CALLERS.length)];
        String host = random.nextInt(4) == 0 ? null : one(random, HOSTS);
        Address address = random.nextInt(5) == 0 && host != null ? null : Addresses.parse(one(random, IPS));
        int port = random.nextBoolean() ? 443 : 80;
        HttpRequest request = random.nextBoolean()
                ? null
                : new Requested(random.nextInt(4) == 0 ? null : one(random, METHODS), one(random, REQUESTED));
        return switch (random.nextInt(4)) {
            case 0 ->
                new Call(
                        Stage.NAME,
                        Via.DNS,
                        agent,
                        library,
                        host == null ? "a.example" : host,
                        null,
                        -1,
                        request,
                        null);
            case 1 ->
                new Call(
                        Stage.HTTP,
                        Via.HTTP,
                        agent,
                        library,
                        host,
                        address,
                        port,
                        request == null ? new Requested("GET", "/") : request,
                        null);
            case 2 -> new Call(Stage.CONNECT, Via.UDP, agent, library, host, address, port, null, null);
            default -> new Call(Stage.CONNECT, Via.TCP, agent, library, host, address, port, request, null);
        };
    }

    private record Requested(@Nullable String method, String path) implements HttpRequest {

        @Override
        public String scheme() {
            return "https";
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }
    }

    private static String yaml(ReferencePolicy policy) {
        StringBuilder yaml =
                new StringBuilder("apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: random}\n");
        yaml.append("defaults: {mode: ")
                .append(policy.monitor() ? "monitor" : "enforce")
                .append("}\n");
        yaml.append("agents: {refund: , fraud-check: , orchestrator: }\ngroups:\n");
        for (Map.Entry<String, Group> entry : policy.groups().entrySet()) {
            Group group = entry.getValue();
            yaml.append("  ")
                    .append(entry.getKey())
                    .append(":\n    resolved: ")
                    .append(group.resolved())
                    .append('\n');
            list(yaml, "    fqdn", group.fqdn());
            list(yaml, "    cidr", group.cidr());
            if (group.feed() != null) {
                yaml.append("    feed: {file: ").append(entry.getKey()).append(".txt, maxAge: 30d}\n");
            }
            if (group.port() != null) {
                yaml.append("    ports: [").append(group.port()).append("]\n");
            }
        }
        yaml.append("egress:\n");
        for (Egress rule : policy.rules()) {
            yaml.append("  - id: ").append(rule.id()).append('\n');
            yaml.append("    action: ").append(rule.allows() ? "allow" : "deny").append('\n');
            yaml.append("    mode: ")
                    .append(rule.monitored() ? "monitor" : "enforce")
                    .append('\n');
            facts(yaml, "    ", rule.facts());
            if (rule.except() != null) {
                yaml.append("    except:\n");
                facts(yaml, "      ", rule.except());
            }
        }
        return yaml.toString();
    }

    private static void facts(StringBuilder yaml, String indent, Facts facts) {
        list(yaml, indent + "agent", facts.agents());
        if (facts.libraries() != null && facts.otherLibraries()) {
            yaml.append(indent).append("library:\n");
            list(yaml, indent + "  not", facts.libraries());
        } else {
            list(yaml, indent + "library", facts.libraries());
        }
        if (facts.vias() != null) {
            List<String> vias = new ArrayList<>();
            for (Via via : facts.vias()) {
                vias.add(via.label());
            }
            list(yaml, indent + "via", vias);
        }
        list(yaml, indent + "to", facts.to());
        if (facts.http() != null) {
            yaml.append(indent).append("http:\n");
            for (Request request : facts.http()) {
                yaml.append(indent).append("  - {");
                yaml.append(request.method() == null ? "" : "method: " + request.method());
                yaml.append(request.method() == null || request.path() == null ? "" : ", ");
                yaml.append(request.path() == null ? "" : "path: \"" + request.path() + "\"")
                        .append("}\n");
            }
        }
    }

    private static void list(StringBuilder yaml, String key, @Nullable List<String> words) {
        if (words != null && !words.isEmpty()) {
            yaml.append(key)
                    .append(": [\"")
                    .append(String.join("\", \"", words))
                    .append("\"]\n");
        }
    }

    private static List<String> some(Random random, String[] words, int most) {
        List<String> some = new ArrayList<>();
        for (int i = 1 + random.nextInt(most); i > 0; i--) {
            some.add(one(random, words));
        }
        return some;
    }

    private static String one(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }
}
