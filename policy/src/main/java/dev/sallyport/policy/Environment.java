package dev.sallyport.policy;

import org.jspecify.annotations.Nullable;

/**
 * What the built-in rules need to know of the process that the engine decides for.
 *
 * @param machineName the machine's own name in canonical form, which any code may ask for; null if it is not known
 * @param exporterHost where the product sends its telemetry: a canonical name or an address; null if nowhere
 * @param exporterPort the port there, -1 if nowhere
 * @param sourceHost where the policy itself is fetched from: a canonical name or an address; null if it is a file
 * @param sourcePort the port there, -1 if it is a file
 */
public record Environment(
        @Nullable String machineName,
        @Nullable String exporterHost,
        int exporterPort,
        @Nullable String sourceHost,
        int sourcePort) {

    /** What is known where the policy is a file. */
    public Environment(@Nullable String machineName, @Nullable String exporterHost, int exporterPort) {
        this(machineName, exporterHost, exporterPort, null, -1);
    }

    /** Nothing is known, and nothing is exported. */
    public static final Environment UNKNOWN = new Environment(null, null, -1);
}
