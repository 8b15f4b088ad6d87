package dev.sallyport.policy.load;

import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.PolicySource;
import dev.sallyport.policy.limit.Limit;
import dev.sallyport.policy.match.RuleMatcher;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a policy file. It runs on the start-up path of the process that it protects, so it is written for a cold JVM: one
 * pass over the parser's events, plain loops, nothing loaded that a valid policy does not need.
 */
public final class PolicyLoader {

    /** The largest file that is read, in bytes. */
    public static final int MOST_BYTES = 16 << 20;

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
            "limits",
            "killSwitch",
            "audit");
    private static final List<String> LATER_SECTIONS =
            List.of("identity", "tasks", "content", "approvals", "residency", "anomaly");

    private final Path file;
    private final Overrides overrides;
    private final Problems problems;
    private final Reading reading;

    private PolicyLoader(Path file, Overrides overrides) {
        this.file = file;
        this.overrides = overrides;
        Path name = file.getFileName();
        this.problems = new Problems(name == null ? file.toString() : name.toString());
        this.reading = new Reading(problems);
    }

    /**
     * Reads the policy in {@code file}.
     *
     * @throws PolicyException if there is none that can be used; it carries everything that is wrong
     */
    public static LoadedPolicy load(Path file, Overrides overrides) throws PolicyException {
        return new PolicyLoader(file, overrides).load();
    }

    private LoadedPolicy load() throws PolicyException {
        byte[] content = read();
        Node root = content == null ? null : tree(content);
        LoadedPolicy loaded = root == null || content == null ? null : policy(root, new PolicySource(file, content));
        if (loaded == null || problems.errors()) {
            throw new PolicyException(problems.sorted(), root != null && asksToDenyAll(root));
        }
        return new LoadedPolicy(loaded.policy(), loaded.engine(), problems.sorted());
    }

    private byte @Nullable [] read() {
        File onDisk = file.toFile();
        String path = file.toString();
        if (!onDisk.exists()) {
            return fault("there is no file " + path, "check the path in the 'policy' option");
        }
        if (onDisk.isDirectory()) {
            return fault(path + " is a directory", "name the policy's file");
        }
        if (onDisk.length() > MOST_BYTES) {
            return fault("the file is larger than " + (MOST_BYTES >> 20) + " MiB", null);
        }
        try (FileInputStream in = new FileInputStream(onDisk)) {
            byte[] content = in.readNBytes(MOST_BYTES + 1);
            return content.length > MOST_BYTES
                    ? fault("the file is larger than " + (MOST_BYTES >> 20) + " MiB", null)
                    : content;
        } catch (IOException e) {
            return fault("the file cannot be read: " + e.getMessage(), "check its permissions");
        }
    }

    private byte @Nullable [] fault(String message, @Nullable String suggestion) {
        problems.error(0, 0, message, suggestion);
        return null;
    }

    private @Nullable Node tree(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0 && !Utf8.is(content)) {
            int line = 1;
            int at = text.indexOf('\uFFFD');
            for (int i = 0; i < at; i++) {
                line += text.charAt(i) == '\n' ? 1 : 0;
            }
            problems.error(line, at - text.lastIndexOf('\n', at), "these bytes are not UTF-8", null);
            return null;
        }
        Node plain = PlainYaml.read(text);
        return plain != null ? plain : YamlTree.read(text.startsWith("\uFEFF") ? text.substring(1) : text, problems);
    }

    private @Nullable LoadedPolicy policy(Node root, PolicySource source) {
        Node.Mapping policy = reading.mapping(root, "a policy");
        if (policy == null || !isOurs(policy)) {
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
        GroupsSection groups = new GroupsSection(reading);
        groups.read(policy.get("groups"));
        RuleSections rules = new RuleSections(
                reading,
                groups,
                agents.keySet(),
                List.of(Policy.UNATTRIBUTED, defaults.unattributed(), unattributed),
                defaults.mode(),
                overrides.mode() == Mode.MONITOR);
        List<RuleMatcher> egress = rules.egress(policy.get("egress"));
        List<RuleMatcher> tools = rules.tools(policy.get("tools"));
        Node limitsNode = policy.get("limits");
        List<Limit> limits = limitsNode == null ? List.of() : new LimitsSection(reading, rules, 0).read(limitsNode);
        groups.warnOfUnused();
        Node killSwitchNode = policy.get("killSwitch");
        Policy.KillSwitch killSwitch =
                killSwitchNode == null ? Policy.KillSwitch.EVERYTHING : KillSwitchSection.read(reading, killSwitchNode);
        if (problems.errors()) {
            return null;
        }
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
                killSwitch);
        return new LoadedPolicy(read, new PolicyEngine(read, egress, tools, limits), List.of());
    }

    private boolean isOurs(Node.Mapping policy) {
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
            problems.error(policy, "the policy does not say what it is", "write 'kind: Policy'");
        } else {
            reading.choice(kind, "'kind'", List.of("Policy"));
        }
        return !problems.errors();
    }

    private Policy.Audit audit(@Nullable Node node) {
        if (node == null) {
            return new Policy.Audit(null, Policy.OnFull.DENY);
        }
        Node.Mapping audit =
                reading.mapping(node, "'audit'", List.of("dir", "onFull"), List.of("checkpoint", "record"));
        if (audit == null) {
            return new Policy.Audit(null, Policy.OnFull.DENY);
        }
        int onFull = reading.choice(audit.get("onFull"), "'onFull'", List.of("deny", "block", "drop"));
        return new Policy.Audit(
                reading.text(audit.get("dir"), "'dir'"),
                onFull == 1 ? Policy.OnFull.BLOCK : onFull == 2 ? Policy.OnFull.DROP : Policy.OnFull.DENY);
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

    /** Apart, because what it needs is loaded with it. */
    private static final class Utf8 {

        static boolean is(byte[] content) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
                return true;
            } catch (CharacterCodingException e) {
                return false;
            }
        }
    }
}
