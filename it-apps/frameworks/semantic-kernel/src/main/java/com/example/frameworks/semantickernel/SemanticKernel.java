package com.example.frameworks.semantickernel;

import com.example.frameworks.Orders;
import com.microsoft.semantickernel.Kernel;
import com.microsoft.semantickernel.plugin.KernelPlugin;
import com.microsoft.semantickernel.plugin.KernelPluginFactory;
import com.microsoft.semantickernel.semanticfunctions.KernelFunctionArguments;
import com.microsoft.semantickernel.semanticfunctions.annotations.DefineKernelFunction;
import com.microsoft.semantickernel.semanticfunctions.annotations.KernelFunctionParameter;
import java.io.IOException;
import reactor.core.publisher.Mono;

/** Invokes functions of a plugin as the loop of a chat does: what fails is told to the model by its message. */
public final class SemanticKernel {

    private SemanticKernel() {}

    /** A plugin. */
    public static final class Plugin {

        @DefineKernelFunction(name = "readOrder", returnType = "java.lang.String")
        public String readOrder(@KernelFunctionParameter(name = "order", type = String.class) String order) {
            return Orders.read(order);
        }

        @DefineKernelFunction(name = "deleteOrder", returnType = "java.lang.String")
        public String deleteOrder(@KernelFunctionParameter(name = "order", type = String.class) String order) {
            return Orders.delete(order);
        }

        @DefineKernelFunction(name = "phone", returnType = "java.lang.String")
        public String phone(@KernelFunctionParameter(name = "order", type = String.class) String order)
                throws IOException {
            return Orders.phone(order);
        }
    }

    public static void main(String[] args) {
        converse();
    }

    static void converse() {
        KernelPlugin plugin = KernelPluginFactory.createFromObject(new Plugin(), "orders");
        Kernel kernel = Kernel.builder().withPlugin(plugin).build();
        KernelFunctionArguments arguments =
                KernelFunctionArguments.builder().withVariable("order", "7").build();
        for (String name : new String[] {"readOrder", "deleteOrder", "phone"}) {
            String seen = kernel.invokeAsync("orders", name)
                    .withArguments(arguments)
                    .withResultType(String.class)
                    .map(result -> String.valueOf(result.getResult()))
                    .onErrorResume(
                            thrown -> Mono.just("failed: " + innermost(thrown).getMessage()))
                    .block();
            Orders.seen(name, seen);
        }
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
