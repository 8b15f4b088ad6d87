package com.example.frameworks.langchain4j;

import com.example.frameworks.Orders;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agentic.Agent;
import dev.langchain4j.agentic.AgenticServices;
import dev.langchain4j.agentic.UntypedAgent;
import dev.langchain4j.agentic.agent.AgentInvocationException;
import dev.langchain4j.agentic.agent.ErrorRecoveryResult;
import java.util.Map;

/** An orchestrator that runs agents: one that it may delegate to, one that nobody knows, and one that it may not. */
public final class Agentic {

    private Agentic() {}

    /** Deals with an order. */
    public interface Clerk {

        @Agent("deals with an order")
        String deal();
    }

    /** Tools. */
    public static final class Tools {

        @Tool
        public String readOrder(String order) {
            return Orders.read(order);
        }

        @Tool
        public String deleteOrder(String order) {
            return Orders.delete(order);
        }
    }

    public static void main(String[] args) {
        orchestrate(clerk("refund", "readOrder"), clerk("stranger", "deleteOrder"));
        orchestrate(clerk("fraud", "readOrder"), clerk("refund", "readOrder"));
    }

    private static void orchestrate(Clerk... clerks) {
        UntypedAgent orchestrator = AgenticServices.sequenceBuilder()
                .name("orchestrator")
                .subAgents((Object[]) clerks)
                .errorHandler(failed -> {
                    Orders.seen(
                            failed.agentName(), "failed: " + failed.exception().getMessage());
                    return ErrorRecoveryResult.throwException();
                })
                .build();
        try {
            orchestrator.invoke(Map.of());
        } catch (AgentInvocationException e) {
            Orders.seen("orchestrator", "failed");
        }
    }

    private static Clerk clerk(String name, String tool) {
        return AgenticServices.agentBuilder(Clerk.class)
                .name(name)
                .chatModel(new ScriptedModel(tool, name))
                .systemMessage("you deal with orders")
                .userMessage("go")
                .outputKey(name)
                .tools(new Tools())
                .build();
    }
}
