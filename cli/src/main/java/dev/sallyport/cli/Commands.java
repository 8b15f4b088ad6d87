package dev.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Creates the commands, each with the terminal that it writes to. */
record Commands(Terminal terminal) implements IFactory {

    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (type == ReportCommand.class) {
            return type.cast(new ReportCommand(terminal));
        }
        if (type == ExplainCommand.class) {
            return type.cast(new ExplainCommand(terminal));
        }
        if (type == ValidateCommand.class) {
            return type.cast(new ValidateCommand(terminal));
        }
        if (type == DoctorCommand.class) {
            return type.cast(new DoctorCommand(terminal));
        }
        if (type == SchemaCommand.class) {
            return type.cast(new SchemaCommand(terminal));
        }
        if (type == KillCommand.class) {
            return type.cast(new KillCommand(terminal));
        }
        if (type == ReleaseCommand.class) {
            return type.cast(new ReleaseCommand(terminal));
        }
        if (type == PromoteCommand.class) {
            return type.cast(new PromoteCommand(terminal));
        }
        if (type == DemoteCommand.class) {
            return type.cast(new DemoteCommand(terminal));
        }
        if (type == SallyportCommand.Version.class) {
            return type.cast(new SallyportCommand.Version());
        }
        return CommandLine.defaultFactory().create(type);
    }
}
