package dev.sallyport.policy.load;

import dev.sallyport.policy.Mode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the process says over the heads of its policy.
 *
 * @param mode the mode in place of {@code defaults.mode}: {@link Mode#MONITOR} makes every rule one that is monitored,
 *     {@link Mode#ENFORCE} leaves the rules alone that say {@code mode: monitor}; null leaves everything as written
 * @param processAgent the agent that code outside any agent acts as, in place of {@code defaults.unattributed}; null
 *     leaves it as written
 * @param before a file of rules that go before the policy's own, null for none
 * @param after a file of rules that go after the policy's own, null for none
 * @param key the public key by whose owner the policy and its layers must be signed; null if they need not be
 * @param filesFrom the directory where the names of files begin that the policy has and that are not absolute; null for the
 *     directory of the policy. Layers' begin where their own file is
 */
public record Overrides(
        @Nullable Mode mode,
        @Nullable String processAgent,
        @Nullable Path before,
        @Nullable Path after,
        @Nullable Path key,
        @Nullable Path filesFrom) {

    /** Overrides of a policy that lies where it is read from. */
    public Overrides(
            @Nullable Mode mode,
            @Nullable String processAgent,
            @Nullable Path before,
            @Nullable Path after,
            @Nullable Path key) {
        this(mode, processAgent, before, after, key, null);
    }

    /** Overrides without layers. */
    public Overrides(@Nullable Mode mode, @Nullable String processAgent) {
        this(mode, processAgent, null, null, null, null);
    }

    /** Nothing is overridden. */
    public static final Overrides NONE = new Overrides(null, null);
}
