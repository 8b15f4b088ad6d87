package dev.sallyport.agent.tool;

import dev.sallyport.AgentScope;
import dev.sallyport.RunsAs;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A class that runs as an agent. */
@RunsAs("whole")
public class MarkedType implements Supplier<@Nullable String> {

    @Override
    public @Nullable String get() {
        return AgentScope.current() + "," + hidden();
    }

    private static @Nullable String hidden() {
        return AgentScope.current();
    }
}
