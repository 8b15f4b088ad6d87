package dev.sallyport.policy.load;

import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.PolicySource;
import dev.sallyport.policy.TaskKind;
import dev.sallyport.policy.condition.Expression;
import dev.sallyport.policy.content.ContentRule;
import dev.sallyport.policy.content.ContentRules;
import dev.sallyport.policy.limit.Limit;
import dev.sallyport.policy.match.Residency;
import dev.sallyport.policy.match.RuleMatcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a policy. It runs on the start-up path of the process that it protects, so it is written for a cold JVM: one
 * pass over the parser's events, plain loops, nothing loaded that a valid policy does not need.
 */
public final class PolicyLoader {

    /** The largest file that is read, in bytes. */
    public static final int MOST_BYTES = 16 << 20;

    /** More lines than files of that size have. */
    static final int MOST_LINES = 1 << 27;

    /** Of {@code Limits}, which a policy without limits does not load. */
    private static final int MOST_LIMITS = 64;

    private static final String API_VERSION = "sallyport.dev/v1";

    private static final List<String> SECTIONS = List.of(
            "apiVersion",
            "kind",
            "metadata",
            "defaults",
            "groups",
            "agents",
            "egress",
            "tools",
            "tasks",
            "limits",
            "content",
            "residency",
            "approvals",
            "killSwitch",
            "audit");
    private static final List<String> LATER_SECTIONS = List.of("identity", "anomaly");

    private final Path file;
    private final Overrides overrides;
    private final @Nullable PolicyEngine previous;
    private final boolean atStart;
    private final Problems problems;
    private final Reading reading;
    private final SourceFiles files;

    private PolicyLoader(Path file, Overrides overrides, @Nullable PolicyEngine previous, boolean atStart) {
        this.file = file;
        this.previous = previous;
        this.atStart = atStart;
        this.overrides = overrides;
        Path name = file.getFileName();
        this.problems = new Problems(name == null ? file.toString() : name.toString());
        this.reading = new Reading(problems);
        this.files = new SourceFiles(problems, overrides.key());
    }

    /**
     * Reads the policy in {@code file}, or in the files {@code *.yaml} of a directory, with the layers that {@code overrides}
     * names.
     *
     * @throws PolicyException if there is none that can be used; it carries everything that is wrong
     */
    public static LoadedPolicy load(Path file, Overrides overrides) throws PolicyException {
        return load(file, overrides, null);
    }

    /**
     * Reads the policy in {@code file}, but not again the files that it names and that have not changed.
     *
     * @param previous the engine in force, which has read them; null if there is none
     * @throws PolicyException if there is none that can be used; it carries everything that is wrong
     */
    public static LoadedPolicy load(Path file, Overrides overrides, @Nullable PolicyEngine previous)
            throws PolicyException {
        return new PolicyLoader(file, overrides, previous, false).load();
    }

    /**
     * Reads the policy in {@code file} as fast as can be: conditions that were found right before, since there is a bundle of
     * just this policy, are checked when they are compiled.
     *
     * @throws PolicyException if there is none that can be used; it carries everything that is wrong
     */
    public static LoadedPolicy loadAtStart(Path file, Overrides overrides) throws PolicyException {
        return new PolicyLoader(file, overrides, null, true).load();
    }

    private LoadedPolicy load() throws PolicyException {
        Node root = files.read(file);
        LoadedPolicy loaded = root == null ? null : policy(root);
        if (loaded == null || problems.errors()) {
            throw new PolicyException(problems.sorted(), root != null && asksToDenyAll(root));
        }
        return new LoadedPolicy(loaded.policy(), loaded.engine(), problems.sorted(), loaded.conditions());
    }

    private @Nullable LoadedPolicy policy(Node root) {
        Node.Mapping policy = reading.mapping(root, "a policy");
        if (policy == null || !isOurs(reading, policy, "Policy")) {
            return null;
        }
        reading.mapping(root, "a policy", SECTIONS, LATER_SECTIONS);
        DefaultsSection defaults = DefaultsSection.read(reading, policy.get("defaults"), overrides.mode());
        Node.Mapping metadata = reading.mapping(
                policy.get("metadata"), "'metadata'", List.of("name", "version", "owner", "reviewBy"), List.of());
        if (metadata != null) {
            reading.review(metadata.get("reviewBy"), "the policy");
        }
        String name = metadata == null ? null : reading.text(metadata.get("name"), "'name'");
        String version = metadata == null ? null : reading.text(metadata.get("version"), "'version'");
        if (name == null && (metadata == null || metadata.get("name") == null)) {
            problems.error(
                    metadata == null ? policy : metadata,
                    "the policy has no name",
                    "write 'metadata: {name: refunds, version: \"1\"}'");
        }
        Policy.Audit audit = audit(policy.get("audit"));
        Map<String, Policy.Agent> agents = new AgentsSection(reading).read(policy.get("agents"));
        String unattributed = unattributed(defaults, agents);
        // a policy that was fetched lies somewhere where nobody else puts files
        Path place = overrides.filesFrom() == null ? file : overrides.filesFrom();
        GroupsSection groups = new GroupsSection(reading, place, previous);
        groups.read(policy.get("groups"));
        boolean monitorAll = overrides.mode() == Mode.MONITOR;
        List<String> outside = List.of(Policy.UNATTRIBUTED, defaults.unattributed(), unattributed);
        LayerFile fileBefore = layer(overrides.before());
        LayerFile fileAfter = layer(overrides.after());
        Node tasksNode = policy.get("tasks");
        Map<String, TaskKind> tasks =
                tasksNode == null ? Map.of() : new TasksSection(reading, names(agents, outside)).read(tasksNode);
        Node approvalsNode = policy.get("approvals");
        List<String> approvals = approvalsNode == null ? List.of() : new ApprovalsSection(reading).read(approvalsNode);
        if (fileBefore != null || fileAfter != null) {
            Layers layers = new Layers(fileBefore, fileAfter);
            layers.noteTaken(policy, problems);
            tasks = layers.tasks(tasks);
            approvals = layers.approvals(approvals);
        }
        RuleSections rules = new RuleSections(
                reading,
                groups,
                agents.keySet(),
                outside,
                defaults.mode(),
                monitorAll,
                tasks,
                approvals,
                overrides.key() == null ? place : null,
                null);
        List<RuleMatcher> egress = rules.egress(policy.get("egress"));
        List<RuleMatcher> tools = rules.tools(policy.get("tools"));
        Node limitsNode = policy.get("limits");
        List<Limit> limits =
                limitsNode == null ? List.of() : new LimitsSection(reading, rules, !tasks.isEmpty()).read(limitsNode);
        Node contentNode = policy.get("content");
        List<ContentRule> content =
                contentNode == null ? List.of() : new ContentSection(reading, rules).read(contentNode);
        Node residencyNode = policy.get("residency");
        Residency residency = residencyNode == null ? null : groups.files().residency(residencyNode, false);
        List<Expression> conditions = rules.conditions(atStart && files.wasLoadedBefore(file));
        groups.warnOfUnused();
        Node killSwitchNode = policy.get("killSwitch");
        Policy.KillSwitch killSwitch =
                killSwitchNode == null ? Policy.KillSwitch.EVERYTHING : KillSwitchSection.read(reading, killSwitchNode);
        Layer before = fileBefore == null ? null : Layer.read(fileBefore, reading, tasks, monitorAll, previous);
        Layer after = fileAfter == null ? null : Layer.read(fileAfter, reading, tasks, monitorAll, previous);
        int inAll = limits.size()
                + (before == null ? 0 : before.limits().size())
                + (after == null ? 0 : after.limits().size());
        if (inAll > MOST_LIMITS) {
            problems.error(
                    0,
                    0,
                    "the policy and its layers have " + inAll + " limits, and at most " + MOST_LIMITS + " can be kept",
                    null);
        }
        if (before != null) {
            residency = both(before.residency(), residency);
        }
        if (after != null) {
            residency = both(after.residency(), residency);
        }
        if (problems.errors()) {
            return null;
        }
        PolicySource source = new PolicySource(file, files.contents());
        Policy read = new Policy(
                name == null ? "" : name,
                version == null ? "" : version,
                source,
                defaults.mode(),
                defaults.onErrorAllow(),
                defaults.uncovered(),
                unattributed,
                agents,
                audit,
                killSwitch,
                tasks);
        PolicyEngine engine = before == null && after == null
                ? new PolicyEngine(read, egress, tools, limits)
                : layered(read, before, egress, tools, limits, after);
        List<ContentRule> allContent = Layer.inOrder(
                before == null ? null : before.content(), content, after == null ? null : after.content());
        if (!allContent.isEmpty()) {
            engine = engine.with(new ContentRules(allContent));
        }
        if (engine.restsOnFiles() && engine.feeds().size() > GroupsSection.MOST_FEEDS) {
            problems.error(
                    0,
                    0,
                    "more than " + GroupsSection.MOST_FEEDS
                            + " groups of the policy and its layers have a feed or service tags",
                    "put lists together");
        }
        return new LoadedPolicy(
                read,
                residency == null ? engine : engine.with(residency),
                List.of(),
                before == null && after == null
                        ? conditions
                        : Layer.inOrder(
                                before == null ? null : before.conditions(),
                                conditions,
                                after == null ? null : after.conditions()));
    }

    private @Nullable LayerFile layer(@Nullable Path path) {
        return path == null ? null : LayerFile.read(path, files, reading);
    }

    private static List<String> names(Map<String, Policy.Agent> agents, List<String> outside) {
        List<String> names = new ArrayList<>(agents.keySet());
        for (int i = 0; i < outside.size(); i++) {
            if (!names.contains(outside.get(i))) {
                names.add(outside.get(i));
            }
        }
        return names;
    }

    private static @Nullable Residency both(@Nullable Residency layers, @Nullable Residency others) {
        return layers == null ? others : others == null ? layers : layers.and(others);
    }

    private static PolicyEngine layered(
            Policy policy,
            @Nullable Layer before,
            List<RuleMatcher> egress,
            @Nullable List<RuleMatcher> tools,
            List<Limit> limits,
            @Nullable Layer after) {
        List<RuleMatcher> toolsBefore = before == null ? null : before.tools();
        List<RuleMatcher> toolsAfter = after == null ? null : after.tools();
        return new PolicyEngine(
                policy,
                Layer.inOrder(before == null ? null : before.egress(), egress, after == null ? null : after.egress()),
                Layer.inOrder(toolsBefore, tools, toolsAfter),
                tools != null || toolsAfter != null,
                Layer.inOrder(before == null ? null : before.limits(), limits, after == null ? null : after.limits()));
    }

    /** Returns whether a file is one of ours, of this version and kind; else with the problem noted. */
    static boolean isOurs(Reading reading, Node.Mapping policy, String ofKind) {
        Problems problems = reading.problems();
        Node version = policy.get("apiVersion");
        Node kind = policy.get("kind");
        if (version == null) {
            problems.error(
                    policy,
                    "the policy does not say for which version it is",
                    "write 'apiVersion: " + API_VERSION + "'");
            return false;
        }
        String text = reading.text(version, "'apiVersion'");
        if (text != null && !text.equals(API_VERSION)) {
            problems.error(
                    version,
                    "this is a policy for '" + text + "', and this version of Sallyport reads '" + API_VERSION + "'",
                    null);
        }
        if (kind == null) {
            problems.error(policy, "the policy does not say what it is", "write 'kind: " + ofKind + "'");
        } else {
            reading.choice(kind, "'kind'", List.of(ofKind));
        }
        return !problems.errors();
    }

    private Policy.Audit audit(@Nullable Node node) {
        if (node == null) {
            return Policy.Audit.USUAL;
        }
        Node.Mapping audit =
                reading.mapping(node, "'audit'", List.of("dir", "onFull", "outcomes"), List.of("checkpoint", "record"));
        if (audit == null) {
            return Policy.Audit.USUAL;
        }
        int onFull = reading.choice(audit.get("onFull"), "'onFull'", List.of("deny", "block", "drop"));
        return new Policy.Audit(
                reading.text(audit.get("dir"), "'dir'"),
                onFull == 1 ? Policy.OnFull.BLOCK : onFull == 2 ? Policy.OnFull.DROP : Policy.OnFull.DENY,
                reading.choice(audit.get("outcomes"), "'outcomes'", List.of("true", "false")) == 0);
    }

    private String unattributed(DefaultsSection defaults, Map<String, Policy.Agent> agents) {
        String own = overrides.processAgent();
        if (own == null) {
            return defaults.unattributed();
        }
        if (!agents.containsKey(own) && !own.equals(defaults.unattributed())) {
            String suggestion = Problems.suggest(own, agents.keySet());
            problems.error(
                    0,
                    0,
                    "the policy knows no agent '" + own + "', which the option 'agent' names",
                    suggestion == null ? "its agents are " + Reading.words(agents.keySet()) : suggestion);
        }
        return own;
    }

    private static boolean asksToDenyAll(Node root) {
        return root instanceof Node.Mapping policy
                && policy.get("defaults") instanceof Node.Mapping defaults
                && defaults.get("onNoPolicy") instanceof Node.Scalar onNoPolicy
                && onNoPolicy.text().equals("deny");
    }
}
