package dev.sallyport.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.attribution.Attribution.Origin;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalEntry.PolicyId;
import dev.sallyport.journal.JournalEntry.Trace;
import dev.sallyport.policy.Action;
import dev.sallyport.policy.Address;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.HttpRequest;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Mode;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventRendererTest {

    private final EventRenderer renderer = new EventRenderer();

    @Test
    void aConnectTellsWhoWhatAndByWhichRule() {
        Event event = Facts.event(Facts.connect("api.psp.example"), Facts.DENIED);

        JournalEntry entry = renderer.entry(event);

        assertThat(entry.id()).isEqualTo(event.id().toString());
        assertThat(entry.time()).isEqualTo("2026-11-18T11:06:40.000000007Z");
        assertThat(entry.agent()).isEqualTo("refund");
        assertThat(entry.stage()).isEqualTo("connect");
        assertThat(entry.via()).isEqualTo("tcp");
        assertThat(entry.asked()).isEqualTo("api.psp.example:443");
        assertThat(entry.target().address()).isEqualTo("203.0.113.7");
        assertThat(entry.decision()).isEqualTo("deny");
        assertThat(entry.mode()).isEqualTo("enforce");
        assertThat(entry.rule()).isEqualTo("default-deny");
        assertThat(entry.policy()).isEqualTo(new PolicyId("refunds", "2026.10.1", Facts.DIGEST));
        assertThat(entry.library()).isEqualTo("com.shop:refund-desk:1.0");
        assertThat(entry.would()).isNull();
    }

    @Test
    void aDelegatedCallInsideAToolNamesChainSubjectAndTool() {
        AgentContext orchestrator = AgentContext.entered("orchestrator", null, "ana@shop.example");
        AgentContext tool = AgentContext.inTool(orchestrator, "delegate", "call_1");
        AgentContext refund = AgentContext.inTool(AgentContext.entered("refund", tool, null), "issueRefund", "call_2");

        JournalEntry entry = renderer.entry(Facts.event(refund, Facts.connect("a"), Facts.ALLOWED, null, null));

        assertThat(entry.chain()).containsExactly("orchestrator", "refund");
        assertThat(entry.subject()).isEqualTo("ana@shop.example");
        assertThat(entry.tool()).isEqualTo("issueRefund");
        assertThat(entry.toolCall()).isEqualTo("call_2");
    }

    @Test
    void monitorTellsWhatEnforcementWouldHaveDone() {
        Decision decision = new Decision(Action.ALLOW, Facts.PSP, Mode.MONITOR, Action.DENY, Facts.DEFAULT_DENY);

        JournalEntry entry = renderer.entry(Facts.event(Facts.connect("a"), decision));

        assertThat(entry.decision()).isEqualTo("allow");
        assertThat(entry.mode()).isEqualTo("monitor");
        assertThat(entry.would()).isEqualTo("deny");
        assertThat(entry.wouldRule()).isEqualTo("default-deny");
    }

    @Test
    void aRequestIsReadWhenItIsDecidedAndItsQueryIsNotKept() {
        ChangingRequest request = new ChangingRequest("/v1/refunds?card=4111");
        Call call = new Call(Stage.HTTP, Via.HTTP, "refund", Facts.SHOP, "api.psp.example", null, 443, request, null);
        Event event = Facts.event(call, Facts.ALLOWED);
        request.path = "/changed/afterwards";

        assertThat(renderer.entry(event).asked()).isEqualTo("POST https://api.psp.example:443/v1/refunds");
    }

    @Test
    void aConnectOfAnHttpClientAsksForHostAndPortAndNamesTheRequest() {
        Call call = new Call(
                Stage.CONNECT,
                Via.TCP,
                "refund",
                Facts.SHOP,
                null,
                Address.ofIpv4(0x7f000001),
                443,
                new ChangingRequest("/v1/refunds"),
                null);

        JournalEntry entry = renderer.entry(Facts.event(call, Facts.ALLOWED));

        assertThat(entry.asked()).isEqualTo("127.0.0.1:443");
        assertThat(entry.target().method()).isEqualTo("POST");
        assertThat(entry.target().path()).isEqualTo("/v1/refunds");
    }

    @Test
    void aProcessIsToldWithItsArgumentsUpToABound() {
        Call call = new Call(Stage.PROCESS, Via.PROCESS, "refund", Facts.SHOP, null, null, -1, null, "/usr/bin/curl");

        assertThat(command(call, new String[] {"/usr/bin/curl", "-s", "http://x"}))
                .containsExactly("/usr/bin/curl", "-s", "http://x");
        assertThat(command(call, Arrays.asList("curl", null))).containsExactly("curl", "null");
        assertThat(command(call, null)).containsExactly("/usr/bin/curl");
        assertThat(command(call, Collections.nCopies(1_000, "a"))).hasSize(65).endsWith("...(936 more)");
    }

    @Test
    void aToolIsNamedAndItsArgumentsAreNotKept() {
        Call call = Call.tool("refund", Facts.SHOP, "issueRefund");

        JournalEntry entry =
                renderer.entry(Facts.event(null, call, Facts.ALLOWED, "{\"card\":\"4111111111111111\"}", null));

        assertThat(entry.target().tool()).isEqualTo("issueRefund");
        assertThat(entry.toString()).doesNotContain("4111");
    }

    @Test
    void anAgentThatMayNotBeEnteredIsTheTarget() {
        Call call = new Call(Stage.DELEGATION, Via.TOOL, "refund", Facts.SHOP, null, null, -1, null, "fraud-check");

        assertThat(renderer.entry(Facts.event(call, Facts.DENIED)).target().agent())
                .isEqualTo("fraud-check");
    }

    @Test
    void siteTransportAndClaimedNameAreTold() {
        StackWalker.StackFrame frame =
                StackWalker.getInstance().walk(frames -> frames.findFirst().orElseThrow());
        Event event = new Event(
                Facts.IDS.next(1),
                1,
                null,
                Facts.connect("a"),
                Facts.DENIED,
                Facts.POLICY,
                new Attribution(new Library(null, "tool.jar", null, "com.acme"), "java.net.http", frame, Origin.USER),
                "evil.example",
                null,
                null);

        JournalEntry entry = renderer.entry(event);

        assertThat(entry.site()).matches("dev\\.sallyport\\.agent\\.audit\\.EventRendererTest:[1-9][0-9]*");
        assertThat(entry.library()).isEqualTo("tool.jar!com.acme");
        assertThat(entry.transport()).isEqualTo("java.net.http");
        assertThat(entry.claimed()).isEqualTo("evil.example");
    }

    @Test
    void nobodysCodeHasNoLibrary() {
        Event event = new Event(
                Facts.IDS.next(1),
                1,
                null,
                Facts.connect("a"),
                Facts.DENIED,
                Facts.POLICY,
                Attribution.NOBODY,
                null,
                null,
                null);

        assertThat(renderer.entry(event).library()).isNull();
        assertThat(renderer.entry(event).site()).isNull();
    }

    @Test
    void theApplicationsSpanIsReadFromItsTraceparent() {
        assertThat(EventRenderer.trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
                .isEqualTo(new Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"));
        assertThat(EventRenderer.trace(null)).isNull();
        assertThat(EventRenderer.trace("garbage")).isNull();
    }

    private List<String> command(Call call, @Nullable Object arguments) {
        return renderer.entry(Facts.event(null, call, Facts.DENIED, arguments, null))
                .target()
                .command();
    }

    private static final class ChangingRequest implements HttpRequest {

        private String path;

        ChangingRequest(String path) {
            this.path = path;
        }

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String scheme() {
            return "https";
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }
    }
}
