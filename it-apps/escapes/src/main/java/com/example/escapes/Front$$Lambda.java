package com.example.escapes;

import dev.sallyport.AgentScope;
import java.util.function.Function;

/** Not one of {@link Front}'s lambdas, but called like them. */
public final class Front$$Lambda implements Function<Object, Object> {

    @Override
    public Object apply(Object agent) {
        return AgentScope.enter(String.valueOf(agent));
    }
}
