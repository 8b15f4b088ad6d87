package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class TestCommandTest {

    @TempDir
    Path dir;

    private Path policy = Path.of("");

    @BeforeEach
    void writePolicy() throws IOException {
        policy = Shop.policy(dir);
    }

    @Test
    void casesThatComeOutAsExpectedAreOk() throws IOException {
        cases("""
                - name: a refund goes to the payment provider
                  call: {agent: refund, to: "api.psp.example:443", http: {method: POST, path: /v1/refunds}, library: "com.shop:desk:1"}
                  expect: {decision: allow, rule: refund-psp}
                - call: {agent: refund, via: process, to: /bin/sh}
                  expect: {decision: deny, rule: no-shell, stage: process}
                - call: {agent: orchestrator, tool: delegate}
                  expect: {decision: allow, rule: route}
                - call: {agent: orchestrator, enter: refund}
                  expect: {decision: allow, rule: delegation}
                - call: {agent: refund, enter: orchestrator}
                  expect: {decision: deny, rule: delegation}
                - call: {to: "10.20.3.4:443"}
                  expect: {decision: deny, rule: deny-spokes}
                """);

        Run run = Run.of("test", policy);

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("ok    a refund goes to the payment provider\n")
                .contains("ok    refund -> /bin/sh\n")
                .contains("6 cases, 0 failed, 4 of 7 rules reached (57 %)");
    }

    @Test
    void aCaseWhosePastIsDeniedFailsAndSaysSo() throws IOException {
        Shop.policy(dir, policy.getFileName().toString(), """
                agents: {refund: }
                tools:
                  - {id: no, tool: [deleteOrder], action: deny}
                  - {id: all, tool: ["*"], action: allow}
                """);
        cases("""
                - past: [{agent: refund, tool: deleteOrder, ago: 1m}]
                  call: {agent: refund, tool: readOrder}
                  expect: {decision: allow}
                """);

        Run run = Run.of("test", policy);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("the earlier call in line 1 cannot have happened: it is denied by rule 'no'");
    }

    @Test
    void earlierCallsCountForLimitsAtTheirTimesAndTasksApart() throws IOException {
        Shop.policy(dir, policy.getFileName().toString(), """
                agents: {orchestrator: , refund: }
                egress: [{id: all, to: ["*"], action: allow}]
                tasks: {process-refund: {startedBy: [orchestrator], params: [orderId], ttl: 10m}}
                limits:
                  - {id: hourly, tool: [readOrder], count: tool.calls, per: 1h, max: 3}
                  - {id: one-task, tool: [sendMail], count: tool.calls, per: task, max: 1}
                  - {id: breaker, to: [psp.example], failureRate: 0.5, minCalls: 4, window: 1h, open: 30m}
                """);
        cases("""
                - name: two are left of three
                  past: [{agent: refund, tool: readOrder, times: 3, ago: 2h}, {agent: refund, tool: readOrder, ago: 5m}]
                  call: {agent: refund, tool: readOrder, times: 2}
                  expect: {decision: allow}
                - name: and no more
                  past: [{agent: refund, tool: readOrder, times: 3, ago: 2h}, {agent: refund, tool: readOrder, ago: 5m}]
                  call: {agent: refund, tool: readOrder, times: 3}
                  expect: {decision: deny, rule: hourly}
                - name: a mail in each task
                  past: [{agent: refund, tool: sendMail, task: {name: process-refund, params: {orderId: "1"}}}]
                  call: {agent: refund, tool: sendMail, task: {name: process-refund, params: {orderId: "2"}}}
                  expect: {decision: allow}
                - name: not two
                  past: [{agent: refund, tool: sendMail}]
                  call: {agent: refund, tool: sendMail, task: {name: process-refund, params: {orderId: "2"}}}
                  expect: {decision: deny, rule: one-task}
                - name: what fails is left alone
                  past: [{agent: refund, to: "psp.example:443", times: 4, failed: true, ago: 10m}]
                  call: {agent: refund, to: "psp.example:443"}
                  expect: {decision: deny, rule: breaker}
                - name: for its time
                  past: [{agent: refund, to: "psp.example:443", times: 4, failed: true, ago: 31m}]
                  call: {agent: refund, to: "psp.example:443"}
                  expect: {decision: allow}
                """);

        Run run = Run.of("test", policy);

        assertThat(run.out()).contains("6 cases, 0 failed");
        assertThat(run.code()).isZero();
    }

    @Test
    void aTaskThatThePolicyDoesNotHaveIsToldWithItsPlace() throws IOException {
        Shop.policy(dir, policy.getFileName().toString(), """
                agents: {refund: }
                tasks: {process-refund: {startedBy: [refund], params: [orderId], ttl: 10m}}
                """);
        cases("""
                - call: {agent: refund, tool: readOrder, task: proces-refund}
                  expect: {decision: allow}
                - call: {agent: refund, tool: readOrder, task: {name: process-refund, params: {order: "1"}}}
                  expect: {decision: allow}
                - now: yesterday
                  call: {agent: refund, tool: readOrder}
                  expect: {decision: allow}
                """);

        Run run = Run.of("test", policy);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        ":1:48: the policy knows no task 'proces-refund'; did you mean 'process-refund'?",
                        ":3:48: task process-refund has no parameter 'order'; its parameters are [orderId]",
                        ":5:8: 'yesterday' is no time; write such as 2026-11-28T09:30:00Z");
    }

    @Test
    void casesArePutToThePolicyWithItsLayers() throws IOException {
        Path before = Files.writeString(dir.resolve("org.yaml"), """
                apiVersion: sallyport.dev/v1
                kind: Layer
                metadata: {name: org}
                egress: [{id: no-psp, to: [api.psp.example], action: deny}]
                """);
        cases("""
                - call: {agent: refund, to: "api.psp.example:443", http: {method: POST, path: /v1/refunds}, library: "com.shop:desk:1"}
                  expect: {decision: deny, rule: "org:no-psp"}
                """);

        assertThat(Run.of("test", policy).err()).contains("the policy has no rule 'org:no-psp'");
        Run run = Run.of("test", policy, "--before", before);
        assertThat(run.out()).contains("1 case, 0 failed");
        assertThat(run.code()).isZero();
    }

    @Test
    void aFailingCaseIsNamedWithItsPlaceAndWhatHappenedInstead() throws IOException {
        cases("""
                - name: a bare socket to the payment provider
                  call: {agent: refund, to: "api.psp.example:443", library: "com.shop:desk:1"}
                  expect: {decision: allow}
                """);

        Run run = Run.of("test", policy);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "fail  refunds.test.yaml:3:11: a bare socket to the payment provider: expected allow, and it is"
                                + " denied by rule 'default-deny' (built-in) at stage connect");
    }

    @Test
    void rulesThatNoCaseReachesAreNamedAndMayBeTooMany() throws IOException {
        cases("- {call: {agent: refund, tool: deleteOrder}, expect: {decision: deny, rule: destructive}}\n");

        Run run = Run.of("test", policy, "--min-coverage", 50);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains("note  no case reaches rule 'refund-psp' (refunds.yaml:")
                .contains("1 of 7 rules reached (14 %, and 50 wanted)");
    }

    @Test
    void aRuleInMonitorModeIsTestedByWhatItWouldDo() throws IOException {
        Path watched = Shop.policy(dir, "watched.yaml", """
                egress:
                  - {id: closed, to: [a.example], action: deny, mode: monitor}
                  - {id: open, to: ["*"], action: allow}
                """);
        Path cases = Files.writeString(dir.resolve("watched.test.yaml"), """
                - {call: {to: "a.example:443"}, expect: {decision: allow, would: deny, rule: closed}}
                - {call: {to: "b.example:443"}, expect: {decision: allow, would: allow, rule: open}}
                """);

        assertThat(Run.of("test", watched, "--cases", cases).out()).contains("2 cases, 0 failed, 2 of 2 rules reached");
    }

    @Test
    void anAnswerInsideForANameOutsideIsTestable() throws IOException {
        cases("""
                - call: {agent: refund, to: "https://api.psp.example/v1/refunds", http: {method: POST}, library: "com.shop:desk", address: 10.0.0.5}
                  expect: {decision: deny, rule: default-deny}
                - call: {agent: orchestrator, to: "https://orders.internal.example/orders/7", address: 10.0.0.5}
                  expect: {decision: allow, rule: order-reads}
                """);

        Run run = Run.of("test", policy);

        assertThat(run.out()).contains("0 failed");
    }

    @Test
    void limitsAreTestedByRepeatingTheCall() throws IOException {
        Path limited = Shop.policy(dir, "refunds.yaml", """
                agents: {refund: }
                tools: [{id: refunds, tool: [issueRefund], action: allow}]
                limits:
                  - {id: rate, count: tool.calls, per: 1m, max: 3}
                  - {id: total, tool: [issueRefund], sum: args.amountMinor, per: 24h, max: 1000}
                """);
        cases("""
                - call: {agent: refund, tool: issueRefund, args: {amountMinor: 10}, times: 3}
                  expect: {decision: allow, rule: refunds}
                - call: {agent: refund, tool: issueRefund, args: {amountMinor: 10}, times: 4}
                  expect: {decision: deny, rule: rate}
                - call: {agent: refund, tool: issueRefund, args: {amountMinor: 1001}}
                  expect: {decision: deny, rule: total}
                """);

        assertThat(Run.of("test", limited).out()).contains("3 cases, 0 failed, 3 of 3 rules reached");
    }

    @Test
    void rulesForContentLookIntoArgumentsQueriesAndHeaders() throws IOException {
        Path looking = Shop.policy(dir, "refunds.yaml", """
                agents: {refund: }
                egress: [{id: all, to: ["*"], action: allow}]
                tools: [{id: tools, action: allow}]
                content:
                  - {id: cards, detect: [payment-card], except: {to: ["api.psp.example:443"]}}
                  - {id: watched, on: http.request, detect: [us-ssn], mode: monitor}
                """);
        cases("""
                - call: {agent: refund, tool: answer, args: {text: {de: Karte 4111 1111 1111 1111}}}
                  expect: {decision: deny, rule: cards, stage: tool}
                - call: {agent: refund, tool: answer, args: {text: Karte 4111 1111 1111 1112}}
                  expect: {decision: allow, rule: tools}
                - call: {agent: refund, to: "https://a.example/?card=4111111111111111"}
                  expect: {decision: deny, rule: cards, stage: http}
                - call: {agent: refund, to: "https://api.psp.example/?card=4111111111111111"}
                  expect: {decision: allow, rule: all}
                - call: {agent: refund, to: "https://a.example/", http: {header: {X-Note: 536-22-1234}}}
                  expect: {decision: allow, would: deny, rule: watched}
                """);

        assertThat(Run.of("test", looking).out()).contains("5 cases, 0 failed, 4 of 4 rules reached");
    }

    @Test
    void brokenCasesAreAllNamedWithTheirPlaces() throws IOException {
        cases("""
                - call: {agent: refnd, to: "api.psp.example:443"}
                  expect: {decision: allow}
                - call: {agent: refund, to: api.psp.example}
                  expect: {decision: maybe, rule: refund-pps}
                """);

        Run run = Run.of("test", policy);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("refunds.test.yaml:1:17: unknown agent 'refnd'; did you mean 'refund'?")
                .contains("refunds.test.yaml:3:29: 'api.psp.example' has no port")
                .contains("'decision' cannot be 'maybe'")
                .contains("the policy has no rule 'refund-pps'; did you mean 'refund-psp'?");
    }

    @Test
    void aReportInTheFormOfJUnitHoldsEachCase() throws Exception {
        cases("""
                - {name: "good <one>", call: {agent: refund, tool: deleteOrder}, expect: {decision: deny}}
                - {name: bad, call: {agent: refund, tool: deleteOrder}, expect: {decision: allow}}
                """);
        Path report = dir.resolve("report.xml");

        assertThat(Run.of("test", policy, "--junit", report).code()).isEqualTo(1);

        Element suite = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getDocumentElement();
        assertThat(suite.getAttribute("tests")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        Element good = (Element) suite.getElementsByTagName("testcase").item(0);
        assertThat(good.getAttribute("name")).isEqualTo("good <one>");
        Element failure = (Element) suite.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message"))
                .startsWith("expected allow, and it is denied by rule 'destructive'");
    }

    @Test
    void jsonHoldsCasesAndCoverage() throws IOException {
        cases("- {name: one, call: {agent: refund, tool: deleteOrder}, expect: {decision: deny}}\n");

        assertThat(Run.of("test", policy, "--json").out())
                .startsWith(
                        "{\"policy\":\"refunds@1\",\"failed\":0,\"cases\":[{\"name\":\"one\","
                                + "\"place\":\"refunds.test.yaml:1:65\",\"ok\":true,\"decision\":\"deny\",\"rule\":\"destructive\"")
                .contains("\"coverage\":{\"rules\":7,\"percent\":14,\"missed\":[\"no-shell\",");
    }

    @Test
    void withoutAFileOfCasesTheUsageIsSaid() {
        Run run = Run.of("test", policy);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("refunds.test.yaml of cases; name another with --cases FILE");
    }

    private void cases(String text) throws IOException {
        Files.writeString(dir.resolve("refunds.test.yaml"), text);
    }
}
