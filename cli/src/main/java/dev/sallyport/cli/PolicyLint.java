package dev.sallyport.cli;

import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.content.ContentRule;
import dev.sallyport.policy.content.ContentRules;
import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Node;
import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.Destination;
import dev.sallyport.policy.match.Resolved;
import dev.sallyport.policy.match.RuleMatcher;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can be said of a policy by itself. */
final class PolicyLint {

    /** Labels of names that are usually answered inside. */
    private static final Set<String> INSIDE = Set.of(
            "internal", "local", "lan", "corp", "intranet", "private", "localdomain", "privatelink", "svc", "home");

    private final LoadedPolicy loaded;
    private final PolicyPlaces places;
    private final PublicSuffixes suffixes;
    private final LocalDate today;
    private final List<LintCommand.Finding> findings = new ArrayList<>();

    PolicyLint(LoadedPolicy loaded, PolicyPlaces places, PublicSuffixes suffixes, LocalDate today) {
        this.loaded = loaded;
        this.places = places;
        this.suffixes = suffixes;
        this.today = today;
    }

    /** Adds what there is to say. */
    void check(List<LintCommand.Finding> all) {
        defaults();
        dates();
        agents();
        List<RuleMatcher> rules = loaded.engine().egressMatchers();
        for (RuleMatcher rule : rules) {
            if (rule.allows()) {
                everywhere(rule);
                wildcards(rule);
                privateNames(rule);
            }
        }
        outside(rules);
        for (RuleMatcher rule : loaded.engine().toolMatchers()) {
            Conditions conditions = rule.conditions();
            if (rule.allows() && conditions.paths() == null && conditions.agents() == null) {
                add(
                        "allow-all",
                        at(rule),
                        id(rule) + " allows every tool to every agent",
                        "name the tools, or the agents");
            }
        }
        ContentRules content = loaded.engine().content();
        if (content != null) {
            content.rules().forEach(this::unused);
        }
        all.addAll(findings);
    }

    /** A rule for content whose exception leaves nothing. */
    private void unused(ContentRule rule) {
        RuleMatcher requests = rule.requests();
        Conditions except = requests == null ? null : requests.except();
        if (requests != null
                && except != null
                && except.agents() == null
                && except.library() == null
                && leadsEverywhere(except)) {
            add(
                    "allow-all",
                    at(requests),
                    id(requests) + " looks into no request, since its exception is every destination",
                    "name the destinations that may have it");
        }
    }

    private void defaults() {
        if (loaded.policy().mode() == Mode.MONITOR) {
            add(
                    "not-enforced",
                    places.entry("defaults", "mode"),
                    "the policy only watches: nothing is refused",
                    "say 'mode: enforce' when you are sure of it");
        }
        if (loaded.policy().onErrorAllow()) {
            add(
                    "not-enforced",
                    places.entry("defaults", "onError"),
                    "a failure of the gate lets the call through",
                    "write 'onError: deny'");
        }
    }

    private void dates() {
        overdue(places.entry("metadata", "reviewBy"), "the policy");
        places.layers().forEach((name, metadata) -> overdue(metadata.get("reviewBy"), "the layer '" + name + "'"));
        for (String name : loaded.policy().agents().keySet()) {
            if (places.entry("agents", name) instanceof Node.Mapping agent) {
                overdue(agent.get("reviewBy"), "agent '" + name + "'");
                LocalDate expires = date(agent.get("expires"));
                if (expires != null && !today.isBefore(expires)) {
                    add("overdue", agent.get("expires"), "agent '" + name + "' has expired on " + expires, null);
                }
            }
        }
    }

    private void overdue(@Nullable Node node, String what) {
        LocalDate reviewBy = date(node);
        if (reviewBy != null && today.isAfter(reviewBy)) {
            add(
                    "overdue",
                    node,
                    "the review of " + what + " was due on " + reviewBy,
                    "review it, and set the next date");
        }
    }

    private static @Nullable LocalDate date(@Nullable Node node) {
        try {
            return node instanceof Node.Scalar scalar ? LocalDate.parse(scalar.text()) : null;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** Nothing can start an agent that no other delegates to and that has no entry, unless code does by the API. */
    private void agents() {
        Policy policy = loaded.policy();
        Set<String> named = new HashSet<>();
        for (RuleMatcher rule : loaded.engine().egressMatchers()) {
            named.addAll(
                    rule.conditions().agents() == null
                            ? List.of()
                            : rule.conditions().agents());
        }
        for (RuleMatcher rule : loaded.engine().toolMatchers()) {
            named.addAll(
                    rule.conditions().agents() == null
                            ? List.of()
                            : rule.conditions().agents());
        }
        Set<String> entered = new HashSet<>();
        policy.agents().values().forEach(agent -> entered.addAll(agent.delegatesTo()));
        for (Policy.Agent agent : policy.agents().values()) {
            if (!named.contains(agent.name())
                    && !entered.contains(agent.name())
                    && agent.entry().isEmpty()) {
                add(
                        "unused-agent",
                        places.key("agents", agent.name()),
                        "no rule names the agent '" + agent.name() + "', no agent delegates to it, and it has no entry",
                        "drop it if nothing starts it");
            }
        }
    }

    private void everywhere(RuleMatcher rule) {
        Conditions conditions = rule.conditions();
        int vias = conditions.vias() | conditions.httpVias();
        if ((vias & Conditions.NETWORK) == 0 || conditions.http() != null || !leadsEverywhere(conditions)) {
            return;
        }
        boolean limited = conditions.library() != null && !conditions.library().outside();
        List<String> agents = conditions.agents();
        if (agents != null) {
            if (!limited) {
                add(
                        "broad-agent",
                        at(rule),
                        id(rule) + " lets agent " + String.join(", ", agents)
                                + " go everywhere, which code outside any agent may not",
                        "name the hosts that it needs");
            }
            return;
        }
        add(
                "allow-all",
                at(rule),
                id(rule) + " allows every destination to every agent" + (limited ? " through some libraries" : ""),
                "name the hosts, or put the rule in monitor mode and see what it is needed for");
    }

    private static boolean leadsEverywhere(Conditions conditions) {
        List<Destination> destinations = conditions.destinations();
        if (destinations == null) {
            return true;
        }
        for (Destination destination : destinations) {
            if (destination.everywhere() && destination.ports() == null) {
                return true;
            }
        }
        return false;
    }

    private void wildcards(RuleMatcher rule) {
        for (Destination destination : destinations(rule)) {
            for (String host : destination.hosts()) {
                if (!host.startsWith("*.")) {
                    continue;
                }
                String parent = host.substring(2);
                String hosting = suffixes.hostingAtOrBelow(parent);
                if (suffixes.isOfRegistry(parent)) {
                    add(
                            "wildcard",
                            at(rule),
                            id(rule) + " allows '" + host + "', which is everything that is registered under " + parent,
                            "name the hosts");
                } else if (hosting != null) {
                    add(
                            "hosting-wildcard",
                            at(rule),
                            id(rule) + " allows '" + host + "', and anybody can have a name under " + hosting,
                            "name the hosts that are yours");
                }
            }
        }
    }

    private void privateNames(RuleMatcher rule) {
        for (Destination destination : destinations(rule)) {
            if (destination.resolved() != Resolved.PUBLIC) {
                continue;
            }
            for (String host : destination.hosts()) {
                if (soundsPrivate(host)) {
                    add(
                            "private-name",
                            at(rule),
                            id(rule) + " allows '" + host + "' only where it resolves to public addresses, and the name"
                                    + " sounds like one of your network",
                            "put it into a group with 'resolved: private'");
                    break;
                }
            }
        }
    }

    private static boolean soundsPrivate(String host) {
        for (String label : host.split("\\.", -1)) {
            if (INSIDE.contains(label)) {
                return true;
            }
        }
        return false;
    }

    /** Code that loses its agent must not gain by it. */
    private void outside(List<RuleMatcher> rules) {
        String unattributed = loaded.policy().unattributed();
        for (RuleMatcher rule : rules) {
            List<String> agents = rule.conditions().agents();
            if (rule.allows()
                    && agents != null
                    && agents.size() == 1
                    && agents.contains(unattributed)
                    && !loaded.policy().agents().containsKey(unattributed)) {
                add(
                        "broad-outside",
                        at(rule),
                        id(rule) + " allows to code outside any agent what it allows to no agent",
                        "limit it by 'library', so that an agent's code gains nothing by losing its agent");
            }
        }
    }

    private static List<Destination> destinations(RuleMatcher rule) {
        List<Destination> destinations = rule.conditions().destinations();
        return destinations == null ? List.of() : destinations;
    }

    private @Nullable Node at(RuleMatcher rule) {
        return places.rule(rule.rule().id());
    }

    private static String id(RuleMatcher rule) {
        return "rule '" + rule.rule().id() + "'";
    }

    private void add(String check, @Nullable Node at, String message, @Nullable String suggestion) {
        findings.add(new LintCommand.Finding(check, places.at(at, message, suggestion)));
    }
}
