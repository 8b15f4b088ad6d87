package dev.sallyport.agent.tool;

/**
 * Where the tool calls, or the agents, of a framework go through: a method, and the advice for it. The advice is inlined,
 * so it may name nothing but the JDK, the gate and the framework's own types.
 *
 * @param type the internal name of the class that has the method; or of a type
 * @param below whether {@code type} is only above the classes that are meant: every class, whoever wrote it, that says
 *     itself that it extends or implements the type, and that has the method
 * @param method the method's name; one that ends in {@code *} says how the name begins, for the numbered lambdas of javac
 * @param parameters how the method's descriptor begins
 * @param advice the simple name of the class with the advice, in this package
 */
record Framework(String type, boolean below, String method, String parameters, String advice) {

    private static final String STRING = "(Ljava/lang/String;";
    private static final String LC4J = "dev/langchain4j/";
    private static final String LC4J_REQUEST = "(Ldev/langchain4j/agent/tool/ToolExecutionRequest;";
    private static final String SPRING = "org/springframework/ai/";
    private static final String SPRING_CALL = "(Ljava/lang/String;Lorg/springframework/ai/chat/model/ToolContext;)";
    private static final String MCP = "io/modelcontextprotocol/";
    private static final String ADK = "com/google/adk/";
    private static final String ADK_CALL = "(Ljava/util/Map;Lcom/google/adk/tools/ToolContext;";
    private static final String OPENAI = "com/openai/services/beta/agents/";
    private static final String KOOG = "ai/koog/agents/core/";
    private static final String EMBABEL_TOOL = "com/embabel/agent/api/tool/Tool";

    /** The frameworks that are known: the table that a reviewer reads. */
    static final Framework[] ALL = {
        in(LC4J + "service/tool/ToolService", "executeWithErrorHandling", LC4J_REQUEST, "LangChain4jAdvice"),
        in(LC4J + "mcp/client/DefaultMcpClient", "executeTool", LC4J_REQUEST, "LangChain4jMcpAdvice"),
        in(LC4J + "agentic/internal/AgentInvoker", "invoke", "(", "LangChain4jAgentAdvice"),
        in(LC4J + "agentic/agent/AgentInvocationHandler", "invokeStandaloneAgent", "(", "LangChain4jAgentAdvice"),
        in(
                LC4J + "agentic/internal/PlannerBasedInvocationHandler",
                "executeAgentMethod",
                "(",
                "LangChain4jAgentAdvice"),
        in(
                SPRING + "model/tool/DefaultToolCallingManager",
                "lambda$executeToolCall$*",
                "(Lorg/springframework/ai/tool/ToolCallback;Ljava/lang/String;Lorg/springframework/ai/chat/model/ToolContext;",
                "SpringAiCallingAdvice"),
        under(SPRING + "tool/ToolCallback", "call", STRING + ")", "SpringAiToolAdvice"),
        under(SPRING + "tool/ToolCallback", "call", SPRING_CALL, "SpringAiToolAdvice"),
        in(
                MCP + "client/McpAsyncClient",
                "callTool",
                "(Lio/modelcontextprotocol/spec/McpSchema$CallToolRequest;)",
                "McpClientAdvice"),
        in(
                MCP + "server/McpAsyncServer",
                "lambda$toolsCallRequestHandler$*",
                "(Lio/modelcontextprotocol/server/McpAsyncServerExchange;Ljava/lang/Object;)",
                "McpServerAdvice"),
        in(
                MCP + "server/McpStatelessAsyncServer",
                "lambda$toolsCallRequestHandler$*",
                "(Lio/modelcontextprotocol/common/McpTransportContext;Ljava/lang/Object;)",
                "McpServerAdvice"),
        under(
                "com/microsoft/semantickernel/semanticfunctions/KernelFunction",
                "invokeAsync",
                "(Lcom/microsoft/semantickernel/Kernel;Lcom/microsoft/semantickernel/semanticfunctions/",
                "SemanticKernelAdvice"),
        in(ADK + "agents/BaseAgent", "runAsync", "(", "AdkAgentAdvice"),
        in(ADK + "agents/BaseAgent", "runLive", "(", "AdkAgentAdvice"),
        in(ADK + "flows/llmflows/Functions", "callTool", "(", "AdkCallingAdvice"),
        under(ADK + "tools/BaseTool", "runAsync", ADK_CALL + ')', "AdkToolAdvice"),
        in(ADK + "tools/FunctionTool", "callLive", ADK_CALL, "AdkLiveToolAdvice"),
        in(
                "com/anthropic/helpers/BetaToolRunner",
                "runTool",
                "(Lcom/anthropic/internal/telemetry/ToolUseSpan;Lcom/anthropic/models/beta/messages/BetaToolUseBlockParam;",
                "AnthropicAdvice"),
        in(OPENAI + "AgentSessionStreamSupport", "result", "(", "OpenAiAdvice"),
        in(
                OPENAI + "AgentSessionStreamSupport",
                "result$lambda$*",
                "(Lcom/openai/models/beta/agents/AgentFunctionCallItem;",
                "OpenAiAnswerAdvice"),
        in(
                KOOG + "environment/GenericAgentEnvironment",
                "processToolCall",
                "(Lai/koog/prompt/message/MessagePart$Tool$Call;",
                "KoogAdvice"),
        in(
                KOOG + "agent/AIAgentRunSessionImpl",
                "run",
                "(Ljava/lang/Object;Lai/koog/agents/core/agent/session/AdditionalInputs;",
                "KoogAgentAdvice"),
        in(
                "io/quarkiverse/mcp/server/runtime/FeatureManagerBase",
                "execute",
                "(Ljava/lang/String;Lio/quarkiverse/mcp/server/runtime/FeatureManagerBase$FeatureExecutionContext;)",
                "QuarkusMcpAdvice"),
        under(EMBABEL_TOOL, "call", STRING + ")", "EmbabelAdvice"),
        under(EMBABEL_TOOL, "call", STRING + "Lcom/embabel/agent/api/tool/ToolCallContext;)", "EmbabelAdvice"),
    };

    private static Framework in(String type, String method, String parameters, String advice) {
        return new Framework(type, false, method, parameters, advice);
    }

    private static Framework under(String type, String method, String parameters, String advice) {
        return new Framework(type, true, method, parameters, advice);
    }

    /** Returns whether a method, by its name and descriptor, is the one. */
    boolean isMethod(String name, String descriptor) {
        int last = method.length() - 1;
        boolean named = method.charAt(last) == '*' ? name.startsWith(method.substring(0, last)) : name.equals(method);
        return named && descriptor.startsWith(parameters);
    }
}
