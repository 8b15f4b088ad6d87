package dev.sallyport.cli;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.match.LibraryPatterns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes what was learned as a policy. */
final class LearnedPolicy {

    private final Learned learned;
    private final @Nullable Policy known;
    private final PublicSuffixes suffixes;
    private final StringBuilder text = new StringBuilder();
    private final Map<Group, String> groups = new LinkedHashMap<>();
    private final Set<String> ids = new TreeSet<>();
    private int rules;

    /**
     * @param known the policy that was in force, null if nobody named it: its agents are kept
     */
    LearnedPolicy(Learned learned, @Nullable Policy known) throws IOException {
        this.learned = learned;
        this.known = known;
        this.suffixes = PublicSuffixes.read();
    }

    /** Destinations that are named together: all at one port, all resolving alike. */
    private record Group(Set<String> places, int port, String resolved) {}

    /** What a rule says beside the libraries. */
    private record Shape(String agent, Group group, List<String> vias, Map<String, Set<String>> requests) {}

    /** Returns how many rules were written. */
    int rules() {
        return rules;
    }

    /** Returns the policy. */
    String write(String name, String version) {
        List<String> egress = egress();
        head(name, version);
        groups();
        agents();
        section("egress", egress);
        section("tools", tools());
        return text.toString();
    }

    private void head(String name, String version) {
        line("# What the agents of a journal did: " + learned.calls + " calls from " + learned.first + " to "
                + learned.last + '.');
        line(
                "# Nothing is refused yet (mode: monitor). Read each rule, take out what nobody should need, and then enforce.");
        line("apiVersion: sallyport.dev/v1");
        line("kind: Policy");
        line("metadata: {name: " + word(name) + ", version: " + word(version) + '}');
        line("");
        line("defaults:");
        line("  mode: monitor");
        if (known != null && !known.unattributed().equals(Policy.UNATTRIBUTED)) {
            line("  unattributed: " + word(known.unattributed()));
        }
    }

    private void groups() {
        if (groups.isEmpty()) {
            return;
        }
        line("");
        line("groups:");
        groups.forEach((group, name) -> {
            boolean names = Addresses.parse(group.places().iterator().next()) == null;
            List<String> parts = new ArrayList<>();
            parts.add((names ? "fqdn: " : "cidr: ") + words(group.places()));
            if (group.port() >= 0) {
                parts.add("ports: [" + group.port() + ']');
            }
            if (names && !group.resolved().equals("public")) {
                parts.add("resolved: " + group.resolved());
            }
            line("  " + name + ": {" + String.join(", ", parts) + '}');
        });
    }

    private void agents() {
        Set<String> names = new TreeSet<>(learned.agents);
        String outside = known == null ? Policy.UNATTRIBUTED : known.unattributed();
        if (known != null) {
            names.addAll(known.agents().keySet());
        }
        if (known == null || !known.agents().containsKey(outside)) {
            names.remove(outside);
        }
        if (names.isEmpty()) {
            return;
        }
        line("");
        line("agents:");
        for (String name : names) {
            agent(name);
        }
    }

    private void agent(String name) {
        List<String> parts = new ArrayList<>();
        Policy.Agent agent = known == null ? null : known.agents().get(name);
        Set<String> delegates = learned.delegations.getOrDefault(name, Set.of());
        if (!delegates.isEmpty()) {
            parts.add("delegatesTo: " + words(delegates));
        }
        if (agent != null && !agent.entry().isEmpty()) {
            parts.add("entry: " + words(agent.entry()));
        }
        LibraryPatterns enteredBy = agent == null ? null : agent.enteredBy();
        if (enteredBy != null) {
            List<String> words = new ArrayList<>();
            enteredBy.patterns().forEach(pattern -> words.add(pattern.word()));
            parts.add("enteredBy: " + words(words));
        }
        if (agent != null && agent.sponsor() != null) {
            parts.add("sponsor: " + word(agent.sponsor()));
        }
        String value = parts.isEmpty() ? "" : " {" + String.join(", ", parts) + '}';
        line("  " + word(name) + ':' + value + (learned.agents.contains(name) ? "" : "   # did nothing"));
        for (String to : agent == null ? List.<String>of() : agent.delegatesTo()) {
            if (!delegates.contains(to)) {
                line("  # " + name + " never entered " + to);
            }
        }
    }

    private List<String> egress() {
        Map<Shape, Set<String>> shapes = new LinkedHashMap<>();
        Set<String> open = new TreeSet<>();
        learned.network.forEach((caller, targets) -> {
            Set<String> hosts = new TreeSet<>();
            targets.keySet().forEach(target -> hosts.add(target.place()));
            Map<String, String> rotations = Learned.rotations(hosts, suffixes);
            open.addAll(Learned.openRotations(hosts, suffixes));
            shapes(caller, targets, rotations, shapes);
        });
        List<String> lines = new ArrayList<>();
        for (String parent : open) {
            lines.add("# names under " + parent
                    + " rotate, and anybody can have one there: each that was seen is listed");
        }
        shapes.forEach((shape, libraries) -> {
            if (libraries.contains("") && libraries.size() > 1) {
                Set<String> named = new TreeSet<>(libraries);
                named.remove("");
                lines.add(networkRule(shape, named));
                lines.add(networkRule(shape, Set.of("")));
            } else {
                lines.add(networkRule(shape, libraries));
            }
        });
        learned.paths.forEach((caller, ways) -> ways.forEach((via, paths) -> {
            StringBuilder rule = opening(caller.agent() + '-' + via.label(), caller.agent(), Set.of(caller.library()));
            rule.append(", via: [").append(via.label()).append("], to: ").append(words(paths));
            lines.add(rule.append(", action: allow}")
                    .append(mark(caller.agent(), paths))
                    .toString());
        }));
        return lines;
    }

    private void shapes(
            Learned.Caller caller,
            Map<Learned.Target, Learned.Use> targets,
            Map<String, String> rotations,
            Map<Shape, Set<String>> shapes) {
        Map<Shape, Set<String>> places = new LinkedHashMap<>();
        Set<String> connected = new TreeSet<>();
        targets.forEach((target, use) -> {
            if (target.port() >= 0) {
                connected.add(target.place());
            }
        });
        targets.forEach((target, use) -> {
            String place = rotations.getOrDefault(target.place(), target.place());
            String resolved = resolved(target.place());
            Group none = new Group(Set.of(), target.port(), resolved);
            if (!use.requests.isEmpty()) {
                places.computeIfAbsent(new Shape(caller.agent(), none, List.of(), use.requests), s -> new TreeSet<>())
                        .add(place);
            }
            // a question alone is covered by the rule that allows what it was asked for
            if (use.plain.contains(Via.TCP)
                    || use.plain.contains(Via.UDP)
                    || (use.plain.contains(Via.DNS) && !connected.contains(target.place()))) {
                List<String> vias = new ArrayList<>();
                vias.add("dns");
                for (Via via : use.plain) {
                    if (via != Via.DNS) {
                        vias.add(via.label());
                    }
                }
                places.computeIfAbsent(new Shape(caller.agent(), none, vias, Map.of()), s -> new TreeSet<>())
                        .add(place);
            }
        });
        places.forEach((shape, hosts) -> split(hosts).forEach(some -> {
            Group group = new Group(some, shape.group().port(), shape.group().resolved());
            Shape whole = new Shape(shape.agent(), group, shape.vias(), shape.requests());
            shapes.computeIfAbsent(whole, s -> new TreeSet<>()).add(caller.library());
        }));
    }

    /** Addresses and names do not go into one group: {@code resolved} is meant for names. */
    private static List<Set<String>> split(Set<String> places) {
        Set<String> names = new TreeSet<>();
        Set<String> addresses = new TreeSet<>();
        for (String place : places) {
            (Addresses.parse(place) == null ? names : addresses).add(place);
        }
        List<Set<String>> split = new ArrayList<>(2);
        if (!names.isEmpty()) {
            split.add(names);
        }
        if (!addresses.isEmpty()) {
            split.add(addresses);
        }
        return split;
    }

    private String resolved(String host) {
        boolean inside = false;
        boolean outside = false;
        for (Address address : learned.answers.getOrDefault(host, Set.of())) {
            boolean isPrivate = Addresses.isPrivate(address);
            inside |= isPrivate;
            outside |= !isPrivate;
        }
        return inside ? outside ? "any" : "private" : "public";
    }

    private String networkRule(Shape shape, Set<String> libraries) {
        String group = groups.computeIfAbsent(shape.group(), this::nameOf);
        StringBuilder rule = opening(shape.agent() + '-' + group, shape.agent(), libraries);
        boolean addresses = Addresses.parse(shape.group().places().iterator().next()) != null;
        List<String> vias = new ArrayList<>(shape.vias());
        if (addresses) {
            vias.remove("dns");
        }
        if (!vias.isEmpty()) {
            rule.append(", via: ").append(words(vias));
        } else if (addresses) {
            rule.append(", via: [tcp, http]");
        }
        rule.append(", to: [").append(group).append(']');
        if (!shape.requests().isEmpty()) {
            rule.append(", http: [").append(requests(shape.requests())).append(']');
        }
        return rule.append(", action: allow}")
                .append(mark(shape.agent(), shape.group().places()))
                .toString();
    }

    private String mark(String agent, Set<String> places) {
        return learned.isNovel(agent, places) ? "   # the policy in force does not allow this" : "";
    }

    private static String requests(Map<String, Set<String>> requests) {
        Map<Set<String>, Set<String>> byMethods = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder();
        requests.forEach((path, methods) ->
                byMethods.computeIfAbsent(methods, m -> new TreeSet<>()).add(path));
        byMethods.forEach((methods, paths) -> {
            for (String path : paths) {
                text.append(text.length() == 0 ? "" : ", ")
                        .append("{method: ")
                        .append(methods.size() == 1 ? word(methods.iterator().next()) : words(methods))
                        .append(", path: ")
                        .append(word(path))
                        .append('}');
            }
        });
        return text.toString();
    }

    private List<String> tools() {
        List<String> lines = new ArrayList<>();
        learned.tools.forEach((agent, names) -> {
            StringBuilder rule = opening(agent + "-tools", agent, Set.of(""));
            lines.add(rule.append(", tool: ")
                    .append(words(names))
                    .append(", action: allow}")
                    .append(mark(agent, names))
                    .toString());
        });
        return lines;
    }

    private StringBuilder opening(String id, String agent, Set<String> libraries) {
        rules++;
        StringBuilder rule = new StringBuilder();
        rule.append("- {id: ")
                .append(unique(id))
                .append(", agent: [")
                .append(word(agent))
                .append(']');
        if (!libraries.contains("")) {
            rule.append(", library: ").append(words(libraries));
        }
        return rule;
    }

    private String nameOf(Group group) {
        String first = group.places().iterator().next();
        String base = slug(first.startsWith("*.") ? first.substring(2) : first);
        if (group.places().size() > 1) {
            base = base + "-and-others";
        }
        String name = group.port() < 0 || group.port() == 443 ? base : base + '-' + group.port();
        String unique = name;
        for (int i = 2; groups.containsValue(unique); i++) {
            unique = name + '-' + i;
        }
        return unique;
    }

    private String unique(String id) {
        String base = slug(id);
        String unique = base;
        for (int i = 2; !ids.add(unique); i++) {
            unique = base + '-' + i;
        }
        return unique;
    }

    private static String slug(String text) {
        StringBuilder slug = new StringBuilder();
        for (char c : text.toLowerCase(Locale.ROOT).toCharArray()) {
            boolean fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (fits) {
                slug.append(c);
            } else if (slug.length() > 0 && slug.charAt(slug.length() - 1) != '-') {
                slug.append('-');
            }
        }
        while (slug.length() > 0 && slug.charAt(slug.length() - 1) == '-') {
            slug.setLength(slug.length() - 1);
        }
        return slug.length() == 0 ? "x" : slug.toString();
    }

    private void section(String name, List<String> lines) {
        line("");
        if (lines.isEmpty()) {
            line("# " + name + ": nothing was seen");
            return;
        }
        line(name + ':');
        for (String each : lines) {
            line("  " + each);
        }
    }

    /** Returns what was not seen, or not learned, a line each. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        new TreeMap<>(learned.refused)
                .forEach((what, count) ->
                        remarks.add("not learned, " + count + (count == 1 ? " call: " : " calls: ") + what));
        Set<String> silent = new TreeSet<>(learned.libraries);
        silent.removeAll(learned.calling);
        for (String library : silent) {
            remarks.add("library " + library + " was seen, and called nobody outside");
        }
        return remarks;
    }

    private static String words(Iterable<String> words) {
        StringBuilder list = new StringBuilder("[");
        for (String each : words) {
            list.append(list.length() == 1 ? "" : ", ").append(word(each));
        }
        return list.append(']').toString();
    }

    /** Returns a word as YAML needs it to stay a word. */
    static String word(String text) {
        boolean plain = !text.isEmpty() && text.matches("[A-Za-z/][A-Za-z0-9._/-]*");
        if (plain && !text.matches("(?i)true|false|null|yes|no|on|off")) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c == 127) {
                quoted.append(String.format("\\x%02x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
