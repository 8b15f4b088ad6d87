package dev.sallyport.agent.audit;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalEntry.Jvm;
import dev.sallyport.journal.JournalEntry.Outcome;
import dev.sallyport.journal.JournalEntry.PolicyId;
import dev.sallyport.journal.JournalEntry.Target;
import dev.sallyport.journal.JournalEntry.Trace;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Stage;
import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells what happened as journal entries; on the writer thread only. */
final class EventRenderer {

    private static final int MOST_ARGUMENTS = 64;

    private final Times times = new Times();
    private @Nullable Policy policy;
    private @Nullable PolicyId policyId;

    JournalEntry entry(Event event) {
        Call call = event.call();
        Decision decision = event.decision();
        Attribution attribution = event.attribution();
        AgentContext context = event.context();
        return new JournalEntry(
                event.id().toString(),
                times.rfc3339(event.epochNanos()),
                call.agent(),
                chain(context),
                context == null ? null : context.subject(),
                call.stage().label(),
                call.via().label(),
                target(event),
                decision.action().label(),
                decision.mode().label(),
                decision.rule().id(),
                policyId(event.policy()),
                decision.would() == null ? null : decision.would().label(),
                id(decision.wouldRule()),
                coordinates(attribution.library()),
                attribution.transport(),
                site(attribution.site()),
                task(event),
                context == null ? null : context.tool(),
                context == null ? null : context.toolCall(),
                event.claimed(),
                trace(event.trace()),
                event.count(),
                reason(event),
                null);
    }

    /** What an event is inside of; of a task that may not be started, its name. */
    private static @Nullable String task(Event event) {
        AgentContext context = event.context();
        Object task = context == null ? null : context.task();
        boolean refused = event.call().stage() == Stage.TASK && event.decision().denied();
        return refused ? event.call().target() : task == null ? null : task.toString();
    }

    /** Why a task is started, or how it has ended; what was found in a call. */
    private static @Nullable String reason(Event event) {
        if (event.arguments() instanceof Found found) {
            return found.words();
        }
        return event.call().stage() == Stage.TASK && event.arguments() instanceof String reason ? reason : null;
    }

    JournalEntry entry(PolicyChange change) {
        Policy inForce = change.inForce();
        Target target = Target.NONE;
        if (change.file() != null) {
            target = Target.ofFile(change.file().toString());
        } else if (inForce != null) {
            target = Target.ofFile(inForce.source().toString());
        }
        return JournalEntry.ofNoCall(
                change.id().toString(),
                times.rfc3339(change.epochNanos()),
                null,
                "policy",
                target,
                change.problem() == null ? "allow" : "deny",
                inForce == null ? Mode.ENFORCE.label() : inForce.mode().label(),
                null,
                inForce == null ? null : policyId(inForce),
                1,
                change.problem() != null ? change.problem() : change.news() != null ? change.news() : "in force",
                change.file() != null ? null : jvm());
    }

    JournalEntry entry(CallOutcome outcome) {
        AgentContext tool = outcome.tool();
        return new JournalEntry(
                outcome.id().toString(),
                times.rfc3339(outcome.epochNanos()),
                tool.agent() == null ? outcome.policy().unattributed() : tool.agent(),
                chain(tool),
                tool.subject(),
                "outcome",
                null,
                Target.NONE,
                "allow",
                outcome.policy().mode().label(),
                null,
                policyId(outcome.policy()),
                null,
                null,
                null,
                null,
                null,
                tool.task() == null ? null : tool.task().toString(),
                tool.tool(),
                tool.toolCall(),
                null,
                null,
                1,
                null,
                null,
                new Outcome(outcome.of().toString(), outcome.error(), outcome.nanos() / 1_000));
    }

    JournalEntry entry(ControlChange change) {
        return JournalEntry.ofNoCall(
                change.id().toString(),
                times.rfc3339(change.epochNanos()),
                change.agent(),
                change.stage(),
                Target.NONE,
                change.decision(),
                Mode.ENFORCE.label(),
                change.rule(),
                policyId(change.inForce()),
                1,
                change.reason(),
                null);
    }

    /** Returns an entry about the journal itself. */
    JournalEntry about(DecisionId id, long epochNanos, long count, String reason) {
        return JournalEntry.ofNoCall(
                id.toString(),
                times.rfc3339(epochNanos),
                null,
                "journal",
                Target.NONE,
                "deny",
                Mode.ENFORCE.label(),
                null,
                null,
                count,
                reason,
                null);
    }

    private static List<String> chain(@Nullable AgentContext context) {
        if (context == null || context.caller() == null) {
            return List.of();
        }
        ArrayList<String> chain = new ArrayList<>(4);
        for (AgentContext c = context; c != null; c = c.caller()) {
            String agent = c.agent();
            if (agent != null) {
                chain.add(0, agent);
            }
        }
        return chain.size() < 2 ? List.of() : chain;
    }

    private static Target target(Event event) {
        Call call = event.call();
        Address address = call.address();
        Event.Http http = event.http();
        String file = null;
        String tool = null;
        String agent = null;
        List<String> command = List.of();
        switch (call.stage()) {
            case TOOL -> tool = call.target();
            case PROCESS -> command = command(event.arguments(), call.target());
            case DELEGATION -> agent = call.target();
            case TASK -> {} // the entry's own member
            case ATTACH -> {
                file = call.target();
                command = command(event.arguments(), null);
            }
            default -> file = call.target();
        }
        return new Target(
                call.host(),
                address == null ? null : address.toString(),
                call.port(),
                http == null ? null : http.method(),
                http == null ? null : http.scheme(),
                http == null ? null : withoutQuery(http.path()),
                tool,
                command,
                file,
                agent,
                event.region());
    }

    private static String withoutQuery(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    private static List<String> command(@Nullable Object arguments, @Nullable String program) {
        ArrayList<String> command = new ArrayList<>();
        int size = 0;
        if (arguments instanceof String[] words) {
            size = words.length;
            for (int i = 0; i < size && i < MOST_ARGUMENTS; i++) {
                command.add(String.valueOf(words[i]));
            }
        } else if (arguments instanceof List<?> words) {
            size = words.size();
            for (int i = 0; i < size && i < MOST_ARGUMENTS; i++) {
                command.add(String.valueOf(words.get(i)));
            }
        } else if (program != null) {
            command.add(program);
        }
        if (size > MOST_ARGUMENTS) {
            command.add("...(" + (size - MOST_ARGUMENTS) + " more)");
        }
        return command;
    }

    @SuppressWarnings("ReferenceEquality") // it is the same policy until one is swapped in
    private PolicyId policyId(Policy current) {
        PolicyId id = policyId;
        if (id == null || policy != current) {
            id = new PolicyId(current.name(), current.version(), current.digest());
            policyId = id;
            policy = current;
        }
        return id;
    }

    private static @Nullable String id(@Nullable Rule rule) {
        return rule == null ? null : rule.id();
    }

    private static @Nullable String coordinates(Library library) {
        return library.group() == null && library.artifact().equals(Library.NONE.artifact())
                ? null
                : library.coordinates();
    }

    /** Returns {@code com.shop.RefundTools:41}; the class alone where it was compiled without line numbers. */
    private static @Nullable String site(@Nullable StackFrame frame) {
        if (frame == null) {
            return null;
        }
        int line = frame.getLineNumber();
        String type = StackReader.className(frame);
        return line < 0 ? type : type + ':' + line;
    }

    /** Reads {@code 00-<trace id>-<span id>-<flags>}; anything else is no trace. */
    static @Nullable Trace trace(@Nullable String traceparent) {
        if (traceparent == null
                || traceparent.length() < 55
                || traceparent.charAt(2) != '-'
                || traceparent.charAt(35) != '-'
                || traceparent.charAt(52) != '-') {
            return null;
        }
        return new Trace(traceparent.substring(3, 35), traceparent.substring(36, 52));
    }

    private static Jvm jvm() {
        String command = System.getProperty("sun.java.command", "");
        int end = command.indexOf(' ');
        return new Jvm(
                Pid.TEXT, System.getProperty("java.vm.version", "?"), end < 0 ? command : command.substring(0, end));
    }
}
