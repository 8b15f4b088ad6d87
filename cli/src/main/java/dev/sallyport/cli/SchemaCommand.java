package dev.sallyport.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints the JSON Schema of a policy. */
@Command(
        name = "schema",
        description = "Print the JSON Schema (draft 2020-12) of a policy, for editors.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExit codes: ",
        footer =
                "0 always.%n%nFor example: sallyport schema > policy.schema.json, and then as the policy's first line:%n"
                        + "# yaml-language-server: $schema=policy.schema.json")
final class SchemaCommand implements Callable<Integer> {

    static final String SCHEMA = "/dev/sallyport/policy/policy.schema.json";

    private final Terminal terminal;

    SchemaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (InputStream in = SchemaCommand.class.getResourceAsStream(SCHEMA)) {
            if (in == null) {
                throw new IOException("the schema is missing from this build");
            }
            terminal.out().print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return 0;
    }
}
