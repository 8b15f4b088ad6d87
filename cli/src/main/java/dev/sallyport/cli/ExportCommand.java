package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.load.LoadedPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a policy's boundary for a network layer. */
@Command(
        name = "export",
        description =
                "Write the boundary of a policy for a layer of the network, which also holds what no agent in a JVM can:"
                        + " the union of what any agent may reach, never more.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer = {
            "0 the whole boundary was written; 1 something could not be said in this form, and the notes name it; 2 a file cannot"
                    + " be read or is not valid.",
            "",
            "Rules are exported as if they were enforced; those that say 'mode: monitor' themselves are left out.",
            "",
            "For example: sallyport export refunds.yaml --to cilium --selector app=refund-desk -o refunds.cilium.yaml"
        })
final class ExportCommand implements Callable<Integer> {

    /** The layers that boundaries are written for. */
    enum Layer {
        /** {@code networking.k8s.io/v1} NetworkPolicy: addresses. */
        KUBERNETES,
        /** {@code cilium.io/v2} CiliumNetworkPolicy: names, addresses, requests. */
        CILIUM,
        /** Azure Firewall policy rule collections, as an ARM template: names, addresses. */
        AZURE_FIREWALL,
        /** The access list of the proxy smokescreen: names. */
        SMOKESCREEN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Terminal terminal;

    @Parameters(paramLabel = "POLICY", description = "The policy.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Mixin
    private final LayersOption layers = new LayersOption();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "LAYER",
            description = "For which layer: ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Layer layer;

    @Option(names = "--name", description = "The name of what is written (default: the policy's).")
    private @Nullable String name;

    @Option(names = "--namespace", description = "kubernetes, cilium: the namespace.")
    private @Nullable String namespace;

    @Option(
            names = "--selector",
            paramLabel = "LABEL=VALUE",
            description = "kubernetes, cilium: labels of the pods (default: app=NAME).")
    private Map<String, String> selector = new LinkedHashMap<>();

    @Option(
            names = "--tls-inspected",
            description =
                    "cilium: the layer sees requests inside of TLS, so write their methods and paths for port 443 too.")
    private boolean tlsInspected;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write it there (default: standard output).")
    private @Nullable Path output;

    @Option(names = "--json", description = "Print one JSON object instead: layer, text, notes.")
    private boolean json;

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * What was written.
     *
     * @param text the whole text
     * @param notes what could not be said
     */
    record Written(String text, Set<String> notes) {}

    /**
     * Whom it is written for.
     *
     * @param name the name of what is written
     * @param namespace the namespace, null for none
     * @param selector the labels of the pods
     * @param tlsInspected whether requests inside of TLS are seen
     * @param source the policy, as a comment names it
     */
    record Options(
            String name,
            @Nullable String namespace,
            Map<String, String> selector,
            boolean tlsInspected,
            String source) {}

    @Override
    public Integer call() throws IOException {
        LoadedPolicy loaded = PolicyFile.load(file, layers.overrides(Mode.ENFORCE));
        String called = name == null ? loaded.policy().name() : name;
        if (selector.isEmpty()) {
            selector.put("app", ExportText.objectName(called));
        }
        Options options = new Options(
                called,
                namespace,
                selector,
                tlsInspected,
                "policy " + loaded.policy().label() + ", SHA-256 "
                        + loaded.policy().digest());
        Boundary boundary = Boundary.of(loaded);
        Written written = switch (layer) {
            case KUBERNETES -> KubernetesExport.write(boundary, options);
            case CILIUM -> CiliumExport.write(boundary, options);
            case AZURE_FIREWALL -> AzureFirewallExport.write(boundary, options);
            case SMOKESCREEN -> SmokescreenExport.write(boundary, options);
        };
        if (output != null) {
            Files.writeString(output, written.text());
        }
        if (json) {
            printJson(written);
        } else if (output == null) {
            terminal.out().print(written.text());
        } else {
            terminal.out().println(output + ": " + boundary.openings().size() + " openings");
            for (String note : written.notes()) {
                terminal.out().println(Plain.text("note  " + note));
            }
        }
        return written.notes().isEmpty() ? 0 : SallyportCommand.NO;
    }

    private void printJson(Written written) throws IOException {
        try (JsonGenerator generator = Json.generator(terminal)) {
            generator.writeStartObject();
            generator.writeStringField("layer", layer.toString());
            generator.writeStringField("text", written.text());
            generator.writeArrayFieldStart("notes");
            for (String note : written.notes()) {
                generator.writeString(note);
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        terminal.out().println();
    }
}
