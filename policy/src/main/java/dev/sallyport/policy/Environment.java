package dev.sallyport.policy;

import org.jspecify.annotations.Nullable;

/**
 * What the built-in rules need to know of the process that the engine decides for.
 *
 * @param machineName the machine's own name in canonical form, which any code may ask for; null if it is not known
 * @param exporterHost where the product sends its telemetry: a canonical name or an address; null if nowhere
 * @param exporterPort the port there, -1 if nowhere
 */
public record Environment(
        @Nullable String machineName, @Nullable String exporterHost, int exporterPort) {

    /** Nothing is known, and nothing is exported. */
    public static final Environment UNKNOWN = new Environment(null, null, -1);
}
