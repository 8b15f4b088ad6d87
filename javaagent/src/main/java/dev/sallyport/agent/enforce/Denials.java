package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.audit.Event;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import org.jspecify.annotations.Nullable;

/** Writes the report that a refused caller gets. */
final class Denials {

    private static final int SITES = 2;

    private Denials() {}

    /**
     * Returns the denial of an event, with the calling thread's stack in it.
     *
     * @param why what the policy says of the rule that denied and this call
     */
    static Denial of(Event event, String why) {
        Call call = event.call();
        Rule rule = event.decision().rule();
        String ref = event.id().toString();
        AgentContext context = event.context();
        String policy = event.policy().label();
        return new Denial(
                ref,
                rule.id(),
                policy,
                call.stage().label(),
                call.agent(),
                target(call, event.claimed()),
                text(event, why, ref, policy),
                context == null ? null : context.tool());
    }

    private static String text(Event event, String why, String ref, String policy) {
        Call call = event.call();
        Rule rule = event.decision().rule();
        StringBuilder text = new StringBuilder(512);
        text.append("DENIED ").append(call.agent()).append(" -> ").append(target(call, event.claimed()));
        if (call.address() != null && (call.host() != null || event.claimed() != null)) {
            text.append(" (").append(call.address().toString()).append(')');
        }
        text.append("\n  rule    ").append(rule.id());
        text.append("   policy ").append(policy);
        text.append("   ").append(rule.source());
        text.append("   stage=").append(call.stage().label());
        text.append(" mode=").append(event.decision().mode().label());
        text.append("\n  why     ").append(printable(why(event, why)));
        String[] sites = StackReader.sites(SITES);
        if (sites.length > 0) {
            text.append("\n  call    ").append(printable(String.join(" <- ", sites)));
        }
        text.append("\n  ids     decision ").append(ref);
        AgentContext context = event.context();
        if (context != null && context.task() != null) {
            text.append("   task ").append(context.task());
        }
        if (context != null && context.tool() != null) {
            text.append("   tool ").append(context.tool());
        }
        if (event.trace() != null) {
            text.append("   trace ").append(event.trace().substring(3, 35));
        }
        text.append("\n  next    sallyport explain ").append(ref);
        return text.toString();
    }

    private static String why(Event event, String why) {
        return event.claimed() != null && event.call().host() == null
                ? why + "; the name " + printable(event.claimed()) + " was not seen to resolve to this address"
                : why;
    }

    /** Returns what was asked for, as {@code collect.acme.example:443} or {@code tool issueRefund}. */
    static String target(Call call, @Nullable String claimed) {
        if (call.target() != null) {
            return (call.stage() == Stage.TASK ? "task" : call.via().label()) + ' ' + printable(call.target());
        }
        StringBuilder target = new StringBuilder();
        if (call.http() != null && call.via() == Via.HTTP) {
            String method = call.http().method();
            target.append(method == null ? "?" : printable(method)).append(' ');
        }
        String name = call.host() != null ? call.host() : claimed;
        Address address = call.address();
        if (name != null) {
            target.append(printable(name));
        } else if (address != null) {
            target.append(address.isIpv4() ? address.toString() : '[' + address.toString() + ']');
        } else {
            target.append('?');
        }
        if (call.port() >= 0) {
            target.append(':').append(call.port());
        }
        if (call.http() != null && call.via() == Via.HTTP) {
            target.append(printable(call.http().path()));
        }
        return target.toString();
    }

    /** Replaces control characters, so that a name or a path cannot forge lines of the report. */
    static String printable(String text) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i)) || Character.getType(text.charAt(i)) == Character.FORMAT) {
                if (clean == null) {
                    clean = new StringBuilder(text);
                }
                clean.setCharAt(i, '\uFFFD');
            }
        }
        return clean == null ? text : clean.toString();
    }
}
