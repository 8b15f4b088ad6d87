package dev.sallyport.cli;

import dev.sallyport.policy.Policy;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.load.Node;
import dev.sallyport.policy.load.Problems;
import dev.sallyport.policy.load.YamlFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that describe a call which somebody makes up. */
final class AttemptOptions {

    @Option(names = "--agent", paramLabel = "NAME", description = "Who acts (default: code outside any agent).")
    private @Nullable String agent;

    @Option(
            names = "--via",
            paramLabel = "WAY",
            description = "The way out: dns, tcp, udp, http, unix, process, native, listen or attach (default: http if"
                    + " --to is a URL or there is a --method or --path, else tcp).")
    private @Nullable String via;

    @Option(
            names = "--to",
            paramLabel = "TARGET",
            description = "Where to: HOST:PORT, ADDRESS:PORT, a URL, or the path of a process, library or socket.")
    private @Nullable String to;

    @Option(names = "--address", paramLabel = "IP", description = "What the host resolves to.")
    private @Nullable String address;

    @Option(names = "--method", description = "The method of the request.")
    private @Nullable String method;

    @Option(names = "--path", description = "The path of the request.")
    private @Nullable String path;

    @Option(names = "--header", paramLabel = "NAME:VALUE", description = "A header of the request; repeatable.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--library",
            paramLabel = "G:A:V",
            description = "Whose code it is: Maven coordinates, or the package of a jar that has none.")
    private @Nullable String library;

    @Option(names = "--tool", paramLabel = "NAME", description = "The call of a tool.")
    private @Nullable String tool;

    @Option(names = "--enter", paramLabel = "AGENT", description = "The entering of another agent.")
    private @Nullable String enter;

    @Option(names = "--args", paramLabel = "JSON", description = "The arguments of the tool: '{\"amount\": 5}'.")
    private @Nullable String args;

    @Option(names = "--subject", paramLabel = "WHO", description = "The person or system for whom the agents act.")
    private @Nullable String subject;

    @Option(names = "--task", paramLabel = "NAME", description = "The task in which it happens.")
    private @Nullable String task;

    @Option(names = "--param", paramLabel = "NAME=VALUE", description = "A parameter of the task; repeatable.")
    private Map<String, String> params = new LinkedHashMap<>();

    @Option(
            names = "--now",
            paramLabel = "TIME",
            description = "When it happens, for conditions that ask: 2026-11-28T09:30:00Z (default: now).")
    private @Nullable Instant now;

    @Option(names = "--times", paramLabel = "N", defaultValue = "1", description = "How often it is made, for limits.")
    private int times = 1;

    /** Returns how often the call is made. */
    int times() {
        return times;
    }

    /** Returns when the call is made, null for now. */
    @Nullable
    Instant now() {
        return now;
    }

    /** Returns whether a call is described. */
    boolean given() {
        return to != null || tool != null || enter != null;
    }

    /** Returns the call; what is wrong with it is wrong usage of {@code line}. */
    Attempt read(Policy policy, CommandLine line) {
        Map<String, List<String>> sent = new LinkedHashMap<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon <= 0) {
                throw new ParameterException(line, "--header: '" + header + "' is not of the form NAME:VALUE");
            }
            sent.computeIfAbsent(header.substring(0, colon).strip(), name -> new ArrayList<>())
                    .add(header.substring(colon + 1).strip());
        }
        try {
            return Attempt.of(
                    new Attempt.Facts(
                            agent,
                            via,
                            to,
                            address,
                            method,
                            path,
                            sent,
                            library,
                            tool,
                            enter,
                            subject,
                            task == null ? null : new Task(task, "made-up", Map.copyOf(params), 0),
                            arguments(line)),
                    policy);
        } catch (Attempt.FactException e) {
            throw new ParameterException(line, "--" + e.fact() + ": " + e.getMessage(), e);
        }
    }

    private @Nullable Map<String, @Nullable Object> arguments(CommandLine line) {
        if (args == null) {
            return null;
        }
        Problems problems = new Problems("--args");
        if (YamlFile.parse(args, problems) instanceof Node.Mapping mapping) {
            return Values.of(mapping);
        }
        throw new ParameterException(
                line, problems.errors() ? problems.sorted().get(0).toString() : "--args: a JSON object is wanted");
    }
}
