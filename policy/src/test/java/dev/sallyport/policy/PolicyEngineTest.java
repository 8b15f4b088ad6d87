package dev.sallyport.policy;

import static dev.sallyport.policy.Policies.SHOP;
import static dev.sallyport.policy.Policies.connect;
import static dev.sallyport.policy.Policies.engine;
import static dev.sallyport.policy.Policies.process;
import static dev.sallyport.policy.Policies.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.match.Match;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyEngineTest {

    private static final Library ACME = new Library("com.acme", "x", "1", "com.acme");

    private static final String AGENTS =
            "agents:\n  refund:\n  fraud-check:\n  orchestrator: {delegatesTo: [refund]}\n";
    private static final String PSP = AGENTS
            + "groups: {psp: {fqdn: [api.psp.example], ports: [443]}}\n"
            + "egress:\n  - {id: psp, to: [psp], action: allow}\n";
    private static final String REFUNDS = AGENTS
            + "egress:\n  - {id: refunds, to: [api.psp.example], http: [{method: POST, path: /v1/refunds}], action: allow}\n";

    @Test
    void whatNoRuleAllowsIsDenied() {
        Decision decision = engine(PSP).decide(connect("collect.acme.example", "203.0.113.7", 443));
        assertThat(decision.denied()).isTrue();
        assertThat(decision.rule().id()).isEqualTo("default-deny");
    }

    @Test
    void aNameIsAllowedAtItsPortOnly() {
        PolicyEngine engine = engine(PSP);
        assertThat(engine.decide(connect("api.psp.example", "203.0.113.7", 443)).denied())
                .isFalse();
        assertThat(engine.decide(connect("api.psp.example", "203.0.113.7", 80)).denied())
                .isTrue();
    }

    @Test
    void anAddressWithoutANameIsNotTheName() {
        assertThat(engine(PSP).decide(connect(null, "203.0.113.7", 443)).denied())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.5",
                "169.254.169.254",
                "127.0.0.1",
                "100.64.0.1",
                "::1",
                "fd00:ec2::254",
                "64:ff9b::a00:5",
                "2002:a00:5::1",
                "2001::1",
                "fe80::1",
                "0.0.0.0",
                "::ffff:10.0.0.5",
                "192.168.0.1",
                "172.31.255.255"
            })
    void anAllowedNameIsRefusedAtAPrivateAddress(String address) {
        PolicyEngine engine = engine(PSP);
        assertThat(engine.decide(connect("api.psp.example", address, 443)).denied())
                .isTrue();
        assertThat(engine.keepsPrivateAnswer("api.psp.example", Policies.address(address)))
                .isFalse();
    }

    @Test
    void aGroupSaysThatItsNamesAreInside() {
        PolicyEngine engine = engine("""
                groups:
                  orders: {fqdn: [orders.example], resolved: private}
                egress:
                  - {id: orders, to: [orders], action: allow}
                """);
        assertThat(engine.decide(connect("orders.example", "10.0.0.5", 443)).denied())
                .isFalse();
        assertThat(engine.decide(connect("orders.example", "203.0.113.7", 443)).denied())
                .isTrue();
        assertThat(engine.keepsPrivateAnswer("orders.example", Policies.address("10.0.0.5")))
                .isTrue();
        assertThat(engine.keepsPrivateAnswer("other.example", Policies.address("10.0.0.5")))
                .isFalse();
    }

    @Test
    void allowingEverythingKeepsEveryAnswer() {
        PolicyEngine engine = engine("egress:\n  - {id: all, to: [\"*\"], action: allow}\n");
        assertThat(engine.decide(connect("any.example", "10.0.0.5", 1)).denied())
                .isFalse();
        assertThat(engine.keepsPrivateAnswer("any.example", Policies.address("10.0.0.5")))
                .isTrue();
    }

    @Test
    void aDeniedNameIsDeniedWhateverItResolvesTo() {
        PolicyEngine engine = engine("""
                egress:
                  - {id: evil, to: [evil.example], action: deny}
                  - {id: all, to: ["*"], action: allow}
                """);
        assertThat(engine.decide(connect("evil.example", "10.0.0.5", 443))
                        .rule()
                        .id())
                .isEqualTo("evil");
    }

    @Test
    void anHttpRuleLetsTheNameBeAskedForAndNoBareConnectionThrough() {
        PolicyEngine engine = engine(REFUNDS);
        Decision name = engine.decide(Call.name("refund", SHOP, "api.psp.example"));
        assertThat(name.denied()).isFalse();
        assertThat(name.provisional()).isTrue();
        assertThat(engine.decide(Call.name("refund", SHOP, "other.example")).denied())
                .isTrue();
        assertThat(engine.decide(connect("api.psp.example", "203.0.113.7", 443)).denied())
                .isTrue();
        assertThat(engine.decide(connect(
                                "api.psp.example", "203.0.113.7", 443, new Policies.Request("POST", "/v1/refunds")))
                        .denied())
                .isFalse();
    }

    @Test
    void anHttpRuleIsAboutMethodAndPath() {
        PolicyEngine engine = engine(REFUNDS);
        assertThat(engine.decide(request("api.psp.example", "POST", "/v1/refunds"))
                        .denied())
                .isFalse();
        assertThat(engine.decide(request("api.psp.example", "GET", "/v1/refunds"))
                        .denied())
                .isTrue();
        assertThat(engine.decide(request("api.psp.example", "POST", "/v1/payouts"))
                        .denied())
                .isTrue();
    }

    @Test
    void aMethodThatTheClientMayStillChangeIsUndecided() {
        Call call = connect("api.psp.example", "203.0.113.7", 443, new Policies.Request(null, "/v1/refunds"));
        assertThat(engine(REFUNDS).decide(call).provisional()).isTrue();
    }

    @Test
    void aHeaderIsComparedByItsPattern() {
        String rule = "egress:\n  - {id: h, to: [a.example], http: [{header: {x-tenant: \"%s\"}}], action: allow}\n";
        assertThat(engine(rule.replace("%s", "shop-*"))
                        .decide(request("a.example", "GET", "/"))
                        .denied())
                .isFalse();
        assertThat(engine(rule.replace("%s", "bank-*"))
                        .decide(request("a.example", "GET", "/"))
                        .denied())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/orders/../admin",
                "/orders/%2e%2e/admin",
                "/orders/..%2Fadmin",
                "//orders/1",
                "/orders/1;x=/../admin",
                "/orders/%252e%252e/admin",
                "/orders/a%2fb",
                "/orders/a\\b",
                "/orders/./1",
                "/%6frders/1",
                "orders/1",
                "/orders/\u0001"
            })
    void aPathThatServersReadDifferentlyIsNotAllowed(String path) {
        PolicyEngine engine =
                engine("egress:\n  - {id: orders, to: [a.example], http: [{path: \"/orders/**\"}], action: allow}\n");
        assertThat(engine.decide(request("a.example", "GET", "/orders/1/items")).denied())
                .isFalse();
        assertThat(engine.decide(request("a.example", "GET", path)).denied()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin",
                "/admin/",
                "/admin/x",
                "//admin/x",
                "/x/../admin",
                "/%61dmin/x",
                "/x/%2e%2e/admin/y",
                "/admin;a=b/x",
                "/./admin",
                "/%2561dmin",
                "\\admin\\x",
                "/admin%2Fx",
                "/x/..;/admin/y"
            })
    void aDeniedPathIsDeniedInEveryReading(String path) {
        PolicyEngine engine = engine("""
                egress:
                  - {id: admin, to: [a.example], http: [{path: "/admin/**"}], action: deny}
                  - {id: all, to: ["*"], action: allow}
                """);
        assertThat(engine.decide(request("a.example", "GET", path)).rule().id()).isEqualTo("admin");
        assertThat(engine.decide(request("a.example", "GET", "/administrator"))
                        .rule()
                        .id())
                .isEqualTo("all");
    }

    @Test
    void aQuestionIsOpenWhileARuleForAddressesMayStillAllow() {
        String rule = "egress:\n  - {id: spokes, %sto: [10.20.0.0/16], action: allow}\n";
        assertThat(engine(rule.replace("%s", ""))
                        .decide(Call.name("refund", SHOP, "any.example"))
                        .provisional())
                .isTrue();
        assertThat(engine(rule.replace("%s", "via: [tcp, udp], "))
                        .decide(Call.name("refund", SHOP, "any.example"))
                        .denied())
                .isTrue();
    }

    @Test
    void aTargetBehindAProxyHasNoAddressThatARuleForAddressesCouldAllow() {
        PolicyEngine engine = engine("egress:\n  - {id: any, to: [0.0.0.0/0], action: allow}\n");
        assertThat(engine.decide(connect("any.example", null, 443)).denied()).isTrue();
    }

    @Test
    void anExceptionLeavesALibraryOut() {
        PolicyEngine engine = engine("""
                egress:
                  - {id: metadata, to: [169.254.169.254], action: deny, except: {library: ["com.azure:azure-identity"]}}
                  - {id: all, to: ["*"], action: allow}
                """);
        Library azure = new Library("com.azure", "azure-identity", "1.19.0", "com.azure.identity");
        Call call = connect(null, "169.254.169.254", 80);
        Call byAzure = new Call(call.stage(), call.via(), "refund", azure, null, call.address(), 80, null, null);
        assertThat(engine.decide(call).rule().id()).isEqualTo("metadata");
        assertThat(engine.decide(byAzure).rule().id()).isEqualTo("all");
    }

    @Test
    void anUnknownLibraryIsOutsideEveryListForARuleThatDeniesOnly() {
        Call call = new Call(
                Stage.CONNECT,
                Via.TCP,
                "refund",
                Library.NONE,
                "a.example",
                Addresses.parse("203.0.113.7"),
                443,
                null,
                null);
        String rule =
                "egress:\n  - {id: others, library: {not: [\"com.shop:*\"]}, action: %s}\n  - {id: all, action: allow}\n";
        assertThat(engine(rule.replace("%s", "deny")).decide(call).rule().id()).isEqualTo("others");
        assertThat(engine(rule.replace("%s", "allow")).decide(call).rule().id()).isEqualTo("all");
    }

    @Test
    void aRuleInMonitorModeChangesNothingAndIsRecorded() {
        PolicyEngine engine = engine("egress:\n  - {id: new, to: [a.example], action: allow, mode: monitor}\n");
        Decision decision = engine.decide(connect("a.example", "203.0.113.7", 443));
        assertThat(decision.action()).isEqualTo(Action.DENY);
        assertThat(decision.would()).isEqualTo(Action.ALLOW);
        assertThat(decision.wouldRule()).extracting(Rule::id).isEqualTo("new");
    }

    @Test
    void aPolicyThatMonitorsAllowsEverythingAndSaysWhatItWouldDeny() throws PolicyException {
        LoadedPolicy loaded = Policies.load(PSP, new Overrides(Mode.MONITOR, null));
        Decision decision = loaded.engine().decide(connect("collect.acme.example", "203.0.113.7", 443));
        assertThat(decision.denied()).isFalse();
        assertThat(decision.mode()).isEqualTo(Mode.MONITOR);
        assertThat(decision.would()).isEqualTo(Action.DENY);
        assertThat(loaded.engine().builtIn(BuiltIn.NO_IDENTITY).denied()).isFalse();
    }

    @Test
    void enforcingByOptionLeavesRulesAloneThatMonitor() throws PolicyException {
        String policy = """
                defaults: {mode: monitor}
                egress:
                  - {id: a, to: [a.example], action: deny, mode: monitor}
                  - {id: all, action: allow}
                """;
        Decision decision = Policies.load(policy, new Overrides(Mode.ENFORCE, null))
                .engine()
                .decide(connect("a.example", "203.0.113.7", 443));
        assertThat(decision.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(decision.would()).isEqualTo(Action.DENY);
    }

    @Test
    void processesAreDeniedByTheirNameWhereverTheyLieAndAllowedAsWritten() {
        PolicyEngine engine = engine("""
                egress:
                  - {id: curl, via: [process], to: [curl], action: deny}
                  - {id: git, via: [process], to: [git], action: allow}
                """);
        assertThat(engine.decide(process("/usr/bin/curl")).rule().id()).isEqualTo("curl");
        assertThat(engine.decide(process("git")).rule().id()).isEqualTo("git");
        assertThat(engine.decide(process("/tmp/git")).rule().id()).isEqualTo("default-deny");
    }

    @Test
    void nativeLibrariesAndListeningAreAllowedUnlessThePolicyTurnsItRound() {
        Call load = new Call(Stage.NATIVE, Via.NATIVE, "refund", SHOP, null, null, -1, null, "/tmp/x.so");
        Call listen =
                new Call(Stage.LISTEN, Via.LISTEN, "refund", SHOP, null, Addresses.parse("0.0.0.0"), 80, null, null);
        assertThat(engine(PSP).decide(load).rule().id()).isEqualTo("uncovered-native");
        assertThat(engine(PSP).decide(load).denied()).isFalse();
        assertThat(engine(PSP).decide(listen).denied()).isFalse();
        PolicyEngine strict = engine("defaults: {uncovered: {native: deny, listen: deny}}\n");
        assertThat(strict.decide(load).denied()).isTrue();
        assertThat(strict.decide(listen).denied()).isTrue();
    }

    @Test
    void listeningIsDecidedByTheLocalAddressAndPort() {
        PolicyEngine engine = engine("""
                egress:
                  - {id: local, via: [listen], to: [127.0.0.0/8], action: allow}
                  - {id: web, via: [listen], to: ["0.0.0.0:8080"], action: allow}
                  - {id: rest, via: [listen], action: deny}
                """);
        assertThat(engine.decide(listen("127.0.0.1", 0)).rule().id()).isEqualTo("local");
        assertThat(engine.decide(listen("0.0.0.0", 8080)).rule().id()).isEqualTo("web");
        assertThat(engine.decide(listen("0.0.0.0", 8081)).rule().id()).isEqualTo("rest");
        Call unix = new Call(Stage.LISTEN, Via.LISTEN, "refund", SHOP, null, null, -1, null, "/tmp/x");
        assertThat(engine.decide(unix).rule().id()).isEqualTo("rest");
    }

    private static Call listen(String address, int port) {
        return new Call(Stage.LISTEN, Via.LISTEN, "refund", SHOP, null, Addresses.parse(address), port, null, null);
    }

    @Test
    void attachingIsDeniedUnlessARuleNamesTheProcess() {
        PolicyEngine engine =
                engine("egress:\n  - {id: one, via: [attach], to: [\"4711\", JVMTI.agent_load], action: allow}\n");
        assertThat(engine.decide(attach("4711")).rule().id()).isEqualTo("one");
        assertThat(engine.decide(attach("JVMTI.agent_load")).rule().id()).isEqualTo("one");
        assertThat(engine.decide(attach("4712")).rule().id()).isEqualTo("default-deny");
    }

    private static Call attach(String target) {
        return new Call(Stage.ATTACH, Via.ATTACH, "refund", SHOP, null, null, -1, null, target);
    }

    @Test
    void toolsAreAllowedWithoutASectionAndDeniedByDefaultWithOne() {
        assertThat(engine(PSP).decide(Call.tool("refund", SHOP, "any")).rule().id())
                .isEqualTo("uncovered-tools");
        PolicyEngine engine = engine(AGENTS + "tools:\n  - {id: no, tool: [\"delete*\"], action: deny}\n"
                + "  - {id: issue, agent: refund, tool: [issueRefund, \"read*\"], action: allow}\n");
        assertThat(engine.decide(Call.tool("refund", SHOP, "issueRefund"))
                        .rule()
                        .id())
                .isEqualTo("issue");
        assertThat(engine.decide(Call.tool("refund", SHOP, "readOrder")).rule().id())
                .isEqualTo("issue");
        assertThat(engine.decide(Call.tool("fraud-check", SHOP, "issueRefund")).denied())
                .isTrue();
        assertThat(engine.decide(Call.tool("refund", SHOP, "deleteAll")).rule().id())
                .isEqualTo("no");
        assertThat(engine.decide(Call.tool("refund", SHOP, "other")).rule().id())
                .isEqualTo("default-deny");
    }

    @Test
    void anAgentEntersOnlyThoseThatItMayDelegateTo() {
        PolicyEngine engine = engine(AGENTS);
        assertThat(engine.enterAgent(null, "refund", null).denied()).isFalse();
        assertThat(engine.enterAgent("orchestrator", "refund", null).denied()).isFalse();
        assertThat(engine.enterAgent("refund", "refund", null).denied()).isFalse();
        assertThat(engine.enterAgent("refund", "orchestrator", null).rule().id())
                .isEqualTo("delegation");
        assertThat(engine.enterAgent("refund", "orchestrator", null).denied()).isTrue();
        assertThat(engine.enterAgent(null, "stranger", null).rule().id()).isEqualTo("unknown-agent");
        assertThat(engine.enterAgent("stranger", "refund", null).denied()).isTrue();
    }

    @Test
    void fromOutsideAnyAnAgentIsEnteredByTheMainCodeAndAtItsEntries() {
        PolicyEngine engine = engine("agents: {refund: {entry: [\"com.shop.Refunds#handle\"]}}\n");

        assertThat(enter(engine, SHOP, true, null)).isFalse();
        assertThat(enter(engine, SHOP, false, "com.shop.Refunds#handle")).isFalse();
        assertThat(enter(engine, SHOP, false, "com.shop.Refunds#other")).isTrue();
        assertThat(enter(engine, SHOP, false, null)).isTrue();
        assertThat(enter(engine, Library.NONE, false, null)).isTrue();
    }

    @Test
    void anAgentThatSaysWhoEntersItIsEnteredByNobodyElse() {
        PolicyEngine engine = engine(
                "agents: {refund: {enteredBy: [\"com.shop:*\", com.tools]}}\negress: [{id: a, action: allow}]\n");

        assertThat(enter(engine, SHOP, false, null)).isFalse();
        assertThat(enter(engine, new Library(null, "tools.jar", null, "com.tools.x"), false, null))
                .isFalse();
        assertThat(enter(engine, new Library("com.acme", "x", "1", "com.shop"), true, null))
                .isTrue();
        assertThat(enter(engine, Library.NONE, true, null)).isTrue();
        Decision refused = engine.enterAgent(null, "refund", new Entrance(ACME, true, null, null));
        Call call = new Call(Stage.DELEGATION, Via.TOOL, "unattributed", ACME, null, null, -1, null, "refund");
        assertThat(refused.rule().id()).isEqualTo("entered-by");
        assertThat(engine.why(refused.rule(), call))
                .isEqualTo("com.acme:x:1 is not in enteredBy [com.shop:*, com.tools] of agent refund");
    }

    @Test
    void anEmptyEnteredByLeavesTheEntriesAlone() {
        PolicyEngine engine = engine("agents: {refund: {enteredBy: [], entry: [\"com.shop.Refunds#handle\"]}}\n");

        assertThat(enter(engine, SHOP, true, null)).isTrue();
        assertThat(enter(engine, SHOP, true, "com.shop.Refunds#handle")).isFalse();
    }

    private static boolean enter(PolicyEngine engine, Library library, boolean ofMain, @Nullable String method) {
        return engine.enterAgent(null, "refund", new Entrance(library, ofMain, method, null))
                .denied();
    }

    @Test
    void theProcessesOwnAgentIsBoundByItsDelegation() throws PolicyException {
        LoadedPolicy loaded = Policies.load(AGENTS, new Overrides(null, "refund"));
        assertThat(loaded.policy().unattributed()).isEqualTo("refund");
        assertThat(loaded.engine().enterAgent(null, "fraud-check", null).denied())
                .isTrue();
    }

    @Test
    void theProductsOwnThreadsReachTheirExporterAndNothingElse() {
        PolicyEngine engine =
                engine("egress:\n  - {id: all, action: allow}\n").with(new Environment("desk", "otel.example", 4317));
        assertThat(engine.decide(own("otel.example", 4317)).rule().id()).isEqualTo("own-traffic");
        assertThat(engine.decide(own("otel.example", 4317)).denied()).isFalse();
        assertThat(engine.decide(own("otel.example", 80)).denied()).isTrue();
        assertThat(engine.decide(own("other.example", 4317)).denied()).isTrue();
        assertThat(engine.decide(Call.name("sallyport", Library.NONE, "otel.example"))
                        .denied())
                .isFalse();
    }

    private static Call own(String host, int port) {
        return new Call(
                Stage.CONNECT, Via.TCP, "sallyport", Library.NONE, host, Addresses.parse("10.0.0.9"), port, null, null);
    }

    @Test
    void theMachinesOwnNamesMayBeAskedForUnlessARuleDeniesIt() {
        PolicyEngine engine = engine(PSP).with(new Environment("desk", null, -1));
        assertThat(engine.decide(Call.name("refund", SHOP, "localhost")).rule().id())
                .isEqualTo("loopback-names");
        assertThat(engine.decide(Call.name("refund", SHOP, "db.localhost")).denied())
                .isFalse();
        assertThat(engine.decide(Call.name("refund", SHOP, "desk")).denied()).isFalse();
        assertThat(engine.keepsPrivateAnswer("localhost", Policies.address("127.0.0.1")))
                .isTrue();
        assertThat(engine.keepsPrivateAnswer("localhost", Policies.address("10.0.0.1")))
                .isFalse();
        PolicyEngine closed = engine("egress:\n  - {id: none, via: dns, action: deny}\n");
        assertThat(closed.decide(Call.name("refund", SHOP, "localhost")).rule().id())
                .isEqualTo("none");
    }

    @Test
    void withoutAPolicyEverythingCanBeDenied() {
        PolicyEngine engine = LoadedPolicy.denyAll(Path.of("refunds.yaml")).engine();
        assertThat(engine.decide(connect("a.example", "203.0.113.7", 443)).denied())
                .isTrue();
        assertThat(engine.decide(process("ls")).denied()).isTrue();
        assertThat(engine.decide(Call.tool("refund", SHOP, "any")).denied()).isTrue();
        assertThat(engine.decide(new Call(Stage.NATIVE, Via.NATIVE, "refund", SHOP, null, null, -1, null, "x"))
                        .denied())
                .isTrue();
        assertThat(engine.enterAgent(null, "refund", null).denied()).isTrue();
    }

    @Test
    void explainSaysOfEveryRuleWhatItMakesOfACall() {
        PolicyEngine engine = engine(AGENTS + "egress:\n  - {id: fraud, agent: fraud-check, action: allow}\n"
                + "  - {id: other, to: [b.example], action: allow}\n  - {id: late, to: [a.example], action: deny}\n");
        Call call = connect("a.example", "203.0.113.7", 443);
        List<RuleTrace> traces = engine.explain(call);
        assertThat(traces).hasSize(3 + BuiltIn.values().length);
        assertThat(traces.stream()
                        .filter(RuleTrace::decides)
                        .map(trace -> trace.rule().id()))
                .containsExactly("late");
        assertThat(traces.stream()
                        .filter(trace -> !trace.rule().builtIn() && trace.match() == Match.NO)
                        .map(RuleTrace::why))
                .containsExactly(
                        "agent is refund, not one of [fraud-check]",
                        "a.example:443 (203.0.113.7) is not in [b.example]");
    }

    @Test
    void aDenialSaysWhyInTheFactsOfTheCall() {
        PolicyEngine engine =
                engine("egress:\n  - {id: beacons, library: {not: [\"com.azure:*\"]}, to: [\"*\"], action: deny}\n");
        Call call = connect("collect.acme.example", "203.0.113.7", 443);
        assertThat(engine.why(engine.decide(call).rule(), call))
                .isEqualTo("com.shop:refund-desk:1.0 is outside library list [com.azure:*]");
        assertThat(engine(PSP).why(engine(PSP).decide(call).rule(), call))
                .isEqualTo("no rule allows collect.acme.example:443 (203.0.113.7) to agent refund");
    }
}
