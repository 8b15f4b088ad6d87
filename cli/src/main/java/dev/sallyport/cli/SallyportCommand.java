package dev.sallyport.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code sallyport}; by itself it says what there is. */
@Command(
        name = "sallyport",
        description =
                "Contains AI agents from inside their JVM. Start a program with -javaagent:sallyport.jar=policy=FILE"
                        + " to enforce a policy; use these commands to work with policies and journals.",
        mixinStandardHelpOptions = true,
        versionProvider = SallyportCommand.Version.class,
        subcommands = {
            ValidateCommand.class,
            LintCommand.class,
            DiffCommand.class,
            ExportCommand.class,
            LearnCommand.class,
            SchemaCommand.class,
            CompletionCommand.class,
            TestCommand.class,
            ReportCommand.class,
            ExplainCommand.class,
            DoctorCommand.class,
            BundleCommand.class,
            DrillCommand.class,
            KillCommand.class,
            ReleaseCommand.class,
            PromoteCommand.class,
            DemoteCommand.class
        },
        footerHeading = "%nExit codes: ",
        footer =
                "0 done; 1 the answer is no (a policy with errors, an unknown id, something to mend); 2 wrong usage, or a file that"
                        + " cannot be read.")
public final class SallyportCommand implements Runnable {

    /** The answer to the question asked is no. */
    static final int NO = 1;

    /** Wrong usage, or a file that cannot be read. */
    static final int FAILED = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    SallyportCommand() {}

    /** Runs one command with the JVM's standard streams and returns its exit code. */
    public static int run(String[] args) {
        return run(Terminal.standard(), Terminal.errors(), args);
    }

    static int run(Terminal terminal, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new SallyportCommand(), new Commands(terminal))
                .setOut(terminal.out())
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(Math.min(100, Math.max(60, terminal.width())))
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF))
                .setExecutionExceptionHandler((e, command, result) -> {
                    err.println(
                            "sallyport: " + Plain.text(String.valueOf(e.getMessage() == null ? e : e.getMessage())));
                    err.flush();
                    return e instanceof ExplainCommand.UnknownDecisionException ? NO : FAILED;
                });
        int code = line.execute(args);
        terminal.out().flush();
        return code;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say which command, such as: sallyport report");
    }

    /** Says which build this is. */
    static final class Version implements IVersionProvider {

        private static final String BUILT = "/META-INF/maven/dev.sallyport/sallyport-cli/pom.properties";

        @Override
        public String[] getVersion() throws IOException {
            Properties built = new Properties();
            try (InputStream in = SallyportCommand.class.getResourceAsStream(BUILT)) {
                if (in != null) {
                    built.load(in);
                }
            }
            String version = built.getProperty("version");
            return new String[] {
                "sallyport " + (version == null ? "(unpackaged)" : version),
                "Java " + System.getProperty("java.vm.version") + ", " + System.getProperty("os.name") + ' '
                        + System.getProperty("os.arch")
            };
        }
    }
}
