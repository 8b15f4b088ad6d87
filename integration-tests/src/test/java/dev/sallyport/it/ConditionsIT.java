package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What rules ask of a tool's arguments, of the task and of what went before. Each refund that goes through reaches the far end. */
class ConditionsIT {

    private static final Pattern REF = Pattern.compile("d-[0-9A-Z]{26}");
    private static final String REFUSED = "denied by policy (ref d-)";

    private static final String POLICY = Policies.with("""
            agents:
              desk:
                entry:
                  - com.example.frameworks.langchain4j.Refunds#converse
                  - com.example.frameworks.langchain4j.Refunds#annotated
            tasks:
              process-refund: {agent: [desk], startedBy: [desk], params: [orderId], ttl: 10m, justification: required}
              quick: {startedBy: [desk], ttl: 2s}
            egress:
              - {id: phone, agent: [desk], to: ["127.0.0.1"], action: allow}
            tools:
              - {id: score, agent: [desk], tool: [scoreOrder, checkCredit], action: allow}
              - id: refund-small
                agent: [desk]
                tool: [issueRefund]
                argsSchema:
                  type: object
                  required: [orderId, amountMinor]
                  properties:
                    orderId: {type: string, pattern: "^o-[0-9]+$"}
                    amountMinor: {type: integer}
                when: "args.amountMinor <= 50000 && args.orderId == task.params.orderId"
                after: [{tool: scoreOrder, within: 15m, where: "past.args.orderId == args.orderId"}]
                during: [process-refund]
                action: allow
              - {id: quick, agent: [desk], tool: [quickRefund], during: [quick], action: allow}
              - id: credit
                tool: [grantCredit]
                when: args.amountMinor <= 50000
                after: [{tool: checkCredit, where: "past.args.orderId == args.orderId"}]
                action: allow
            """);

    @TempDir
    Path directory;

    private TcpFarEnd farEnd;

    @BeforeEach
    void open() {
        farEnd = new TcpFarEnd(TcpFarEnd.Manner.HANG_UP);
    }

    @AfterEach
    void close() {
        farEnd.close();
    }

    @EachJdk
    void aToolIsCalledAsThePolicySaysOrNotAtAll(Jdk jdk) throws IOException {
        ChildJvm jvm = new ChildJvm(jdk, directory)
                .classPath(Product.framework("langchain4j"))
                .option("-XX:TieredStopAtLevel=1", "-Dfar-end=" + farEnd.port())
                .policy(Policies.write(directory, POLICY));

        Exited exited = jvm.run("com.example.frameworks.langchain4j.Refunds");

        assertThat(exited.status()).as(exited.toString()).isZero();
        assertThat(told(exited))
                .as(exited.toString())
                .containsExactly(
                        "no task=" + REFUSED,
                        "unjustified=" + REFUSED,
                        "unscored=" + REFUSED,
                        "score failed=" + REFUSED,
                        "too much=" + REFUSED,
                        "text=" + REFUSED,
                        "twice=" + REFUSED,
                        "of no kind=" + REFUSED,
                        "other order=" + REFUSED,
                        "right=told the far end of order o-1",
                        "right, on another thread=told the far end of order o-1",
                        "in time=refunded o-1",
                        "over time=" + REFUSED,
                        "task is over=" + REFUSED,
                        "unchecked=" + REFUSED,
                        "check=no check",
                        "check failed=" + REFUSED,
                        "too much credit=" + REFUSED,
                        "credit of another=" + REFUSED,
                        "right credit=told the far end of order o-1");
        assertThat(farEnd.seen()).isEqualTo(3);
        List<JournalEntry> journal = Journals.read(jvm.journal());
        assertThat(reasons(journal, "process-refund"))
                .as("elevation and release")
                .containsExactly("deny null", "allow the customer asked", "allow ended");
        assertThat(reasons(journal, "quick")).containsExactly("allow started", "allow its time is over");
        assertThat(journal)
                .filteredOn(entry -> entry.stage().equals("connect") && entry.task() != null)
                .as("what is done inside a task names it")
                .hasSize(2)
                .allMatch(entry -> String.valueOf(entry.task()).startsWith("process-refund/"));
    }

    @EachJdk
    void aPolicyWithAConditionThatCannotBeUsedStopsTheStartAndSaysWhere(Jdk jdk) throws IOException {
        ChildJvm jvm = new ChildJvm(jdk, directory)
                .classPath(Product.framework("langchain4j"))
                .policy(
                        Policies.write(
                                directory,
                                Policies.with(
                                        "tools:\n  - {id: a, tool: t, when: \"args.amount > 3 && agnt == 'x'\", action: allow}\n")));

        Exited exited = jvm.run("com.example.frameworks.langchain4j.Refunds");

        assertThat(exited.status()).as(exited.toString()).isEqualTo(78);
        assertThat(exited.err()).contains("policy.yaml:6:48: undeclared reference to 'agnt'");
    }

    private static List<String> reasons(List<JournalEntry> journal, String task) {
        List<String> reasons = new ArrayList<>();
        for (JournalEntry entry : journal) {
            if (entry.stage().equals("task") && String.valueOf(entry.task()).startsWith(task)) {
                reasons.add(entry.decision() + ' ' + entry.reason());
            }
        }
        return reasons;
    }

    private static List<String> told(Exited exited) {
        List<String> told = new ArrayList<>();
        for (String line : exited.out().split("\n")) {
            if (line.matches("^[a-z][a-z, ]*=.*")) {
                told.add(REF.matcher(line).replaceAll("d-"));
            }
        }
        return told;
    }
}
