package dev.sallyport.policy.load;

import dev.sallyport.policy.Mode;
import org.jspecify.annotations.Nullable;

/**
 * What the process says over the heads of its policy.
 *
 * @param mode the mode in place of {@code defaults.mode}: {@link Mode#MONITOR} makes every rule one that is monitored,
 *     {@link Mode#ENFORCE} leaves the rules alone that say {@code mode: monitor}; null leaves everything as written
 * @param processAgent the agent that code outside any agent acts as, in place of {@code defaults.unattributed}; null
 *     leaves it as written
 */
public record Overrides(@Nullable Mode mode, @Nullable String processAgent) {

    /** Nothing is overridden. */
    public static final Overrides NONE = new Overrides(null, null);
}
