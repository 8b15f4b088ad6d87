package dev.sallyport.policy.limit;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Call;
import org.jspecify.annotations.Nullable;

/** By what a limit counts apart: each value has a budget of its own. */
public sealed interface Key {

    /** The acting agent. */
    enum Agent implements Key {
        INSTANCE
    }

    /** The person or system that the chain of agents acts for; nobody is a subject too. */
    enum Subject implements Key {
        INSTANCE
    }

    /** The name that was asked for, or the address where none is known; of a tool call and a process what is called. */
    enum Host implements Key {
        INSTANCE
    }

    /**
     * An argument of the tool.
     *
     * @param argument which
     */
    record OfArgument(Argument argument) implements Key {}

    /** Returns the key as a policy writes it. */
    default String label() {
        if (this instanceof OfArgument of) {
            return of.argument().label();
        }
        return this instanceof Agent ? "agent" : this instanceof Subject ? "subject" : "host";
    }

    /** Returns the value that {@code call} has; null if it has none that could be told apart. */
    default @Nullable String of(Call call) {
        if (this instanceof OfArgument of) {
            return of.argument().text(call);
        }
        if (this instanceof Agent) {
            return call.agent();
        }
        if (this instanceof Subject) {
            String subject = call.circumstances().subject();
            return subject == null ? "" : subject;
        }
        String host = call.host();
        Address address = call.address();
        return host != null ? host : address != null ? address.toString() : call.target();
    }
}
