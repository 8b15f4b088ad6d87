package dev.sallyport.agent.tool;

/**
 * An agent framework: the class of it through which all its tool calls go, and the advice for the method. The advice is
 * inlined, so it may name nothing but the JDK, the gate and the framework's own types.
 *
 * @param type the class's binary name
 * @param method the method's name, which no other method of the class has
 * @param advice the binary name of the class with the advice
 */
record Framework(String type, String method, String advice) {

    /** The frameworks that are known: the table that a reviewer reads. */
    static final Framework[] ALL = {
        new Framework(
                "dev.langchain4j.service.tool.ToolService",
                "executeWithErrorHandling",
                "dev.sallyport.agent.tool.LangChain4jAdvice")
    };
}
