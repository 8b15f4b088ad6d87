package dev.sallyport.policy;

import java.util.List;

/** The rules that the product brings. Their ids are reserved; {@code explain} lists them like any other. */
public enum BuiltIn {
    OWN_TRAFFIC(
            "own-traffic",
            true,
            "the product's own threads may reach the telemetry endpoint and the policy's server that they were given, only"),
    KILL_SWITCH("kill-switch", false, "somebody has stopped this agent, an agent that it acts for, or everything"),
    SUSPENDED_AGENT("suspended-agent", false, "the policy says of the agent that it is suspended"),
    EXPIRED_AGENT("expired-agent", false, "the day that the agent's expires names is over"),
    NO_IDENTITY(
            "no-identity", false, "no frame of the call belongs to an application or library, and no agent is acting"),
    UNKNOWN_AGENT("unknown-agent", false, "the policy knows no agent of that name"),
    DELEGATION("delegation", false, "the acting agent's delegatesTo does not name the agent that it tries to enter"),
    ENTERED_BY(
            "entered-by",
            false,
            "from outside any agent, an agent is entered at its entry points, or by the code that its enteredBy names"),
    TASKS("tasks", false, "a task is started as the policy's tasks section does not let it"),
    FRAMEWORK_AGENT(
            "framework-agent",
            true,
            "the policy knows no agent of the name that a framework has: the acting agent stays"),
    JDK_LIBRARIES("jdk-libraries", true, "the JDK loads its own native libraries"),
    INTERNALS("internals", false, "code reaches for the gate, or for what an access check of the JDK rests on"),
    REBINDING("rebinding", false, "a name that the policy does not expect inside resolved to a private address"),
    ON_ERROR("on-error", false, "the gate itself failed, and defaults.onError says what happens then"),
    JOURNAL_FULL("journal-full", false, "the call could not be recorded, and audit.onFull is deny"),
    LOOPBACK_NAMES("loopback-names", true, "localhost and this machine's own name may be asked for"),
    UNCOVERED_NATIVE("uncovered-native", true, "no rule covers the loading of this library"),
    UNCOVERED_LISTEN("uncovered-listen", true, "no rule covers this listening"),
    UNCOVERED_TOOLS("uncovered-tools", true, "the policy has no tools section"),
    DEFAULT_DENY("default-deny", false, "no rule allows it"),
    RESIDENCY("residency", false, "its address is in a region that data may not go to");

    private final String id;
    private final boolean allows;
    private final String why;

    BuiltIn(String id, boolean allows, String why) {
        this.id = id;
        this.allows = allows;
        this.why = why;
    }

    /** Returns its rule id. */
    public String id() {
        return id;
    }

    /** Returns whether {@code id} belongs to a built-in rule. */
    public static boolean reserves(String id) {
        for (BuiltIn builtIn : values()) {
            if (builtIn.id.equals(id)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the rule with the action that it has unless the policy's {@code defaults} turn it round. */
    Rule rule(Mode mode) {
        return rule(allows ? Action.ALLOW : Action.DENY, mode);
    }

    /** Returns the rule with an action. */
    Rule rule(Action action, Mode mode) {
        return new Rule(id, action, mode, "built-in", why, List.of());
    }
}
