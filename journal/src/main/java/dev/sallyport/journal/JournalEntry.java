package dev.sallyport.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the journal: who wanted what, and what the policy said. In a file it is one JSON object on a line of its
 * own; a component that is null, an empty list, {@code -1} for a port and {@code 1} for a count are left out there.
 *
 * @param id the decision's id, which sorts by time; what a refused caller is shown as {@code ref}
 * @param time when it was decided: RFC 3339, nanoseconds, UTC
 * @param agent the acting agent; null for entries about the journal or the policy itself
 * @param chain the agents that delegated to one another, the first first and {@code agent} last; empty without delegation
 * @param subject the person or system that the chain acts for, null if nobody said
 * @param stage the step that was decided ({@code name}, {@code connect}, {@code http}, {@code tool}, ...), {@code policy}
 *     for a policy that came into force or was rejected, or a rule whose mode was changed, {@code kill} for somebody who was
 *     stopped or released, {@code outcome} for the end of an allowed call, {@code journal} for an entry about the journal itself
 * @param via the way out, null where none applies
 * @param target what was asked for
 * @param decision {@code allow} or {@code deny}: what happened to the call
 * @param mode whether {@code rule} was enforced or only monitored
 * @param rule the rule that decided, null where none did
 * @param policy the policy that decided, null only where there was none
 * @param would what enforcement would have done, where a rule in monitor mode matched; else null
 * @param wouldRule the rule in monitor mode that would have decided; null together with {@code would}
 * @param library Maven coordinates, or jar and package, of the code that made the call; null if the stack did not say
 * @param transport the client that the call went through, null if the library made it itself
 * @param site class and line of the call, such as {@code com.shop.RefundTools:41}
 * @param task the task inside which it happened, as name/id; null outside of any
 * @param tool the tool call inside which it happened, null outside of any
 * @param toolCall the agent framework's id of that tool call, null if it has none
 * @param claimed a name that an address carried without this JVM having seen it resolve so; null if none
 * @param trace the application's span in which it happened, null if there was none
 * @param count for how many calls the entry stands; 1 for all but entries about losses and about datagrams that were sent again
 * @param reason a sentence for entries of the stages {@code policy}, {@code kill} and {@code journal}, else null
 * @param jvm the JVM that writes; only in entries of the stage {@code policy}, else null
 * @param outcome how an allowed call ended; only in entries of the stage {@code outcome}, else null
 */
public record JournalEntry(
        String id,
        String time,
        @Nullable String agent,
        List<String> chain,
        @Nullable String subject,
        String stage,
        @Nullable String via,
        Target target,
        String decision,
        String mode,
        @Nullable String rule,
        @Nullable PolicyId policy,
        @Nullable String would,
        @Nullable String wouldRule,
        @Nullable String library,
        @Nullable String transport,
        @Nullable String site,
        @Nullable String task,
        @Nullable String tool,
        @Nullable String toolCall,
        @Nullable String claimed,
        @Nullable Trace trace,
        long count,
        @Nullable String reason,
        @Nullable Jvm jvm,
        @Nullable Outcome outcome) {

    /** Creates an entry that is not about how a call ended. */
    public JournalEntry(
            String id,
            String time,
            @Nullable String agent,
            List<String> chain,
            @Nullable String subject,
            String stage,
            @Nullable String via,
            Target target,
            String decision,
            String mode,
            @Nullable String rule,
            @Nullable PolicyId policy,
            @Nullable String would,
            @Nullable String wouldRule,
            @Nullable String library,
            @Nullable String transport,
            @Nullable String site,
            @Nullable String task,
            @Nullable String tool,
            @Nullable String toolCall,
            @Nullable String claimed,
            @Nullable Trace trace,
            long count,
            @Nullable String reason,
            @Nullable Jvm jvm) {
        this(
                id, time, agent, chain, subject, stage, via, target, decision, mode, rule, policy, would, wouldRule,
                library, transport, site, task, tool, toolCall, claimed, trace, count, reason, jvm, null);
    }

    /**
     * Returns an entry about what is no call: a policy, what an operator has changed, the journal itself.
     *
     * @param reason a sentence that says what happened
     */
    public static JournalEntry ofNoCall(
            String id,
            String time,
            @Nullable String agent,
            String stage,
            Target target,
            String decision,
            String mode,
            @Nullable String rule,
            @Nullable PolicyId policy,
            long count,
            String reason,
            @Nullable Jvm jvm) {
        return new JournalEntry(
                id, time, agent, List.of(), null, stage, null, target, decision, mode, rule, policy, null, null, null,
                null, null, null, null, null, null, null, count, reason, jvm);
    }

    /**
     * What was asked for; only what applies to the stage is set.
     *
     * @param name host name, canonical
     * @param address IP address
     * @param port port, -1 if none
     * @param method HTTP method
     * @param scheme {@code http} or {@code https}
     * @param path HTTP path without its query
     * @param tool a tool's public name
     * @param command a process's command and arguments
     * @param file the path of a native library, a Unix socket or a policy
     * @param agent the agent that another wanted to enter
     * @param region the region of the address, where a policy says which regions calls may go to and it is known
     */
    public record Target(
            @Nullable String name,
            @Nullable String address,
            int port,
            @Nullable String method,
            @Nullable String scheme,
            @Nullable String path,
            @Nullable String tool,
            List<String> command,
            @Nullable String file,
            @Nullable String agent,
            @Nullable String region) {

        /** A target whose region nobody has looked for. */
        public Target(
                @Nullable String name,
                @Nullable String address,
                int port,
                @Nullable String method,
                @Nullable String scheme,
                @Nullable String path,
                @Nullable String tool,
                List<String> command,
                @Nullable String file,
                @Nullable String agent) {
            this(name, address, port, method, scheme, path, tool, command, file, agent, null);
        }

        /** No target: an entry about the journal itself. */
        public static final Target NONE = new Target(null, null, -1, null, null, null, null, List.of(), null, null);

        /** Returns the target of an entry that concerns one file. */
        public static Target ofFile(@Nullable String file) {
            return new Target(null, null, -1, null, null, null, null, List.of(), file, null);
        }

        /** Returns the whole target in one line, as a person would write it; {@code "-"} if there is none. */
        String text() {
            if (tool != null) {
                return tool;
            }
            if (agent != null) {
                return agent;
            }
            if (!command.isEmpty()) {
                return String.join(" ", command);
            }
            if (file != null) {
                return file;
            }
            String authority = authority();
            if (path == null) {
                return authority;
            }
            String url = scheme == null ? authority + path : scheme + "://" + authority + path;
            return method == null ? url : method + ' ' + url;
        }

        /** Returns host and port, {@code [::1]:443} for an IPv6 address; {@code "-"} if there is no host. */
        String authority() {
            String host = name != null ? name : address;
            if (host == null) {
                return "-";
            }
            if (port < 0) {
                return host;
            }
            return host.indexOf(':') >= 0 ? '[' + host + "]:" + port : host + ':' + port;
        }
    }

    /**
     * How an allowed call ended.
     *
     * @param of the id of the entry that has the decision
     * @param error the class of what was thrown, {@code result} where the call answered that it failed; null if it went well
     * @param micros how long it took, in microseconds
     */
    public record Outcome(String of, @Nullable String error, long micros) {}

    /**
     * The policy that decided.
     *
     * @param name {@code metadata.name}
     * @param version {@code metadata.version}
     * @param digest SHA-256 of the policy file in lower-case hex
     */
    public record PolicyId(String name, String version, String digest) {

        /** Returns {@code name@version}. */
        @Override
        public String toString() {
            return name + '@' + version;
        }
    }

    /**
     * A span of the application, by the W3C's ids.
     *
     * @param traceId 32 hex digits
     * @param spanId 16 hex digits
     */
    public record Trace(String traceId, String spanId) {}

    /**
     * The JVM that writes the journal.
     *
     * @param pid its process id
     * @param version its Java version
     * @param command its main class, module or jar, without arguments
     */
    public record Jvm(String pid, String version, String command) {}

    /**
     * Returns what was asked for at this stage in one line, as a person would write it; {@code "-"} if nothing was. The
     * request that caused a connect is in its target, but it is the host and port that were asked for.
     */
    public String asked() {
        if (stage.equals("task")) {
            return task == null ? "-" : task;
        }
        return stage.equals("connect") || stage.equals("name") ? target.authority() : target.text();
    }

    /** Returns whether enforcement would have refused it. */
    public boolean wouldBeDenied() {
        return would != null && !would.equals("allow");
    }

    /** Returns whether a call was refused. */
    public boolean denied() {
        return decision.equals("deny");
    }
}
