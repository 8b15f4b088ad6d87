package dev.sallyport.policy;

import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rules that the product brings, as a policy's defaults have them, in a process of which something is known. Immutable. */
final class BuiltInRules {

    private static final BuiltIn[] BEFORE = {
        BuiltIn.OWN_TRAFFIC,
        BuiltIn.KILL_SWITCH,
        BuiltIn.SUSPENDED_AGENT,
        BuiltIn.EXPIRED_AGENT,
        BuiltIn.NO_IDENTITY,
        BuiltIn.UNKNOWN_AGENT,
        BuiltIn.DELEGATION,
        BuiltIn.ENTERED_BY,
        BuiltIn.TASKS,
        BuiltIn.FRAMEWORK_AGENT,
        BuiltIn.JDK_LIBRARIES,
        BuiltIn.INTERNALS,
        BuiltIn.REBINDING,
        BuiltIn.ON_ERROR,
        BuiltIn.JOURNAL_FULL
    };

    private static final BuiltIn[] AFTER = {
        BuiltIn.LOOPBACK_NAMES,
        BuiltIn.UNCOVERED_NATIVE,
        BuiltIn.UNCOVERED_LISTEN,
        BuiltIn.UNCOVERED_TOOLS,
        BuiltIn.DEFAULT_DENY,
        BuiltIn.RESIDENCY
    };

    private final EnumMap<BuiltIn, Decision> decisions;
    private final Decision delegated;
    private final boolean toolsCovered;
    private final Environment environment;

    /** @param toolsCovered whether a tool that no rule names is denied */
    BuiltInRules(Policy policy, boolean toolsCovered, Environment environment) {
        this(decisions(policy), toolsCovered, environment);
    }

    private BuiltInRules(EnumMap<BuiltIn, Decision> decisions, boolean toolsCovered, Environment environment) {
        this.decisions = decisions;
        this.delegated = RuleMatcher.decided(BuiltIn.DELEGATION.rule(Action.ALLOW, mode(decisions)));
        this.toolsCovered = toolsCovered;
        this.environment = environment;
    }

    private static EnumMap<BuiltIn, Decision> decisions(Policy policy) {
        EnumMap<BuiltIn, Decision> decisions = new EnumMap<>(BuiltIn.class);
        for (BuiltIn builtIn : BuiltIn.values()) {
            Rule rule = switch (builtIn) {
                case ON_ERROR -> builtIn.rule(policy.onErrorAllow() ? Action.ALLOW : Action.DENY, policy.mode());
                case UNCOVERED_NATIVE -> builtIn.rule(policy.uncovered().nativeLibraries(), policy.mode());
                case UNCOVERED_LISTEN -> builtIn.rule(policy.uncovered().listen(), policy.mode());
                default -> builtIn.rule(policy.mode());
            };
            decisions.put(builtIn, RuleMatcher.decided(rule));
        }
        return decisions;
    }

    /** Returns the same rules of the policy in the mode that it has now. */
    BuiltInRules of(Policy policy) {
        return new BuiltInRules(decisions(policy), toolsCovered, environment);
    }

    /** Returns the same rules in a process of which more is known. */
    BuiltInRules with(Environment known) {
        return new BuiltInRules(decisions, toolsCovered, known);
    }

    /** Returns what is known of the process. */
    Environment environment() {
        return environment;
    }

    /** Returns the decision of a rule. */
    Decision of(BuiltIn rule) {
        return Objects.requireNonNull(decisions.get(rule));
    }

    /** Returns the mode that the policy has. */
    Mode mode() {
        return mode(decisions);
    }

    private static Mode mode(EnumMap<BuiltIn, Decision> decisions) {
        return Objects.requireNonNull(decisions.get(BuiltIn.DEFAULT_DENY)).mode();
    }

    /** Returns the decision that an agent may be entered. */
    Decision delegated() {
        return delegated;
    }

    /** Returns the decision for a call that no rule of the policy decided. */
    Decision ending(Call call) {
        return switch (call.via()) {
            case DNS -> of(isOfThisMachine(call.host()) ? BuiltIn.LOOPBACK_NAMES : BuiltIn.DEFAULT_DENY);
            case NATIVE -> of(BuiltIn.UNCOVERED_NATIVE);
            case LISTEN -> of(BuiltIn.UNCOVERED_LISTEN);
            case TOOL -> of(toolsCovered ? BuiltIn.DEFAULT_DENY : BuiltIn.UNCOVERED_TOOLS);
            case TCP, UDP, HTTP, UNIX, PROCESS, ATTACH -> of(BuiltIn.DEFAULT_DENY);
        };
    }

    /** The product's own threads reach their exporter and the policy's server, and nothing else, whatever the rules say. */
    Decision ofOwnTraffic(Call call) {
        boolean allowed = switch (call.via()) {
            case DNS, TCP, HTTP ->
                isOwn(call, environment.exporterHost(), environment.exporterPort())
                        || isOwn(call, environment.sourceHost(), environment.sourcePort());
            case NATIVE -> true;
            case UDP, UNIX, PROCESS, LISTEN, ATTACH, TOOL -> false;
        };
        return of(allowed ? BuiltIn.OWN_TRAFFIC : BuiltIn.DEFAULT_DENY);
    }

    private static boolean isOwn(Call call, @Nullable String host, int port) {
        if (host == null || (call.via() != Via.DNS && call.port() != port)) {
            return false;
        }
        return host.equals(call.host()) || (call.via() != Via.DNS && isLiterally(host, call.address()));
    }

    private static boolean isLiterally(String exporter, @Nullable Address address) {
        return address != null && address.equals(Addresses.parse(exporter));
    }

    private boolean isOfThisMachine(@Nullable String host) {
        return host != null
                && (host.equals("localhost") || host.endsWith(".localhost") || host.equals(environment.machineName()));
    }

    /** Returns whether a private address may stay in the answer to the question for {@code host}, whatever the rules say. */
    boolean keepsPrivateAnswer(String host, Address address) {
        boolean ofThisMachine =
                isOfThisMachine(host) && (Addresses.isLoopback(address) || host.equals(environment.machineName()));
        return ofThisMachine || host.equals(environment.exporterHost()) || host.equals(environment.sourceHost());
    }

    /** Returns the rules that come before the policy's. */
    List<Decision> before() {
        return list(BEFORE);
    }

    /** Returns the rules that come after the policy's. */
    List<Decision> after() {
        return list(AFTER);
    }

    private List<Decision> list(BuiltIn[] which) {
        List<Decision> list = new ArrayList<>(which.length);
        for (BuiltIn builtIn : which) {
            list.add(of(builtIn));
        }
        return list;
    }
}
