package com.example.frameworks.embabel;

import com.embabel.agent.api.annotation.LlmTool;
import com.embabel.agent.api.tool.Tool;
import com.example.frameworks.Orders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Calls tools as the loop of Embabel does. */
public final class Embabel {

    private Embabel() {}

    /** Tools by annotation. */
    public static final class Annotated {

        @LlmTool(description = "reads")
        public String readOrder() {
            return Orders.read("7");
        }

        @LlmTool(description = "deletes")
        public String deleteOrder() {
            return Orders.delete("7");
        }

        @LlmTool(description = "phones")
        public String phone() throws java.io.IOException {
            return Orders.phone("7");
        }
    }

    /** A tool of the program's own class. */
    static final class Own implements Tool {

        @Override
        public Tool.Definition getDefinition() {
            return Tool.Definition.create("deleteOwn", "deletes", Tool.InputSchema.empty());
        }

        @Override
        public Tool.Result call(String arguments) {
            return Tool.Result.text(Orders.delete("7"));
        }
    }

    public static void main(String[] args) {
        converse();
    }

    static void converse() {
        List<Tool> tools = new ArrayList<>(Tool.fromInstance(new Annotated()));
        tools.sort(Comparator.comparing(tool -> tool.getDefinition().getName()));
        tools.add(Tool.create("deleteByFunction", "deletes", arguments -> Tool.Result.text(Orders.delete("7"))));
        tools.add(new Own());
        tools.add(tools.get(tools.size() - 2).withName("readOrder"));
        for (Tool tool : tools) {
            Tool.Result result = tool.call("{\"order\":\"7\"}");
            String seen =
                    switch (result) {
                        case Tool.Result.Error error -> error.getMessage() + " (error)";
                        case Tool.Result.Text text -> text.getContent();
                        default -> result.toString();
                    };
            Orders.seen(tool.getDefinition().getName(), seen);
        }
    }
}
