package dev.sallyport.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Policies;
import dev.sallyport.policy.PolicyEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedTest {

    private static final String DENY_THREATS = """
            groups: {threat: {feed: {file: threat.txt}}}
            egress:
              - {id: threats, to: [threat], action: deny}
              - {id: all, to: ["*"], action: allow}
            """;
    private static final String ALLOW_PARTNERS = """
            groups: {partners: {feed: {file: threat.txt, maxAge: 1h}, ports: [443]}}
            egress:
              - {id: partners, to: [partners], action: allow}
            """;

    @TempDir
    Path dir;

    private Path list;

    @BeforeEach
    void list() {
        list = dir.resolve("threat.txt");
    }

    @Test
    void whatAListNamesIsDenied() throws IOException, PolicyException {
        Files.writeString(list, """
                \uFEFF# names that phone home
                collect.acme.example
                  *.Beacons.Example.  # and below
                203.0.113.7
                198.51.100.0/24
                2001:db8::/32
                bücher.example
                """);
        PolicyEngine engine = load(DENY_THREATS).engine();

        assertThat(rule(engine, "collect.acme.example", "192.0.2.1")).isEqualTo("threats");
        assertThat(rule(engine, "a.b.beacons.example", "192.0.2.1")).isEqualTo("threats");
        assertThat(rule(engine, "xn--bcher-kva.example", "192.0.2.1")).isEqualTo("threats");
        assertThat(rule(engine, null, "203.0.113.7")).isEqualTo("threats");
        assertThat(rule(engine, "fine.example", "198.51.100.200")).isEqualTo("threats");
        assertThat(rule(engine, null, "2001:db8:1::5")).isEqualTo("threats");
        assertThat(rule(engine, null, "64:ff9b::203.0.113.7")).isEqualTo("threats");
        assertThat(rule(engine, "beacons.example", "192.0.2.1")).isEqualTo("all");
        assertThat(rule(engine, "acme.example", "192.0.2.1")).isEqualTo("all");
        assertThat(rule(engine, "xcollect.acme.example", "192.0.2.1")).isEqualTo("all");
        assertThat(rule(engine, null, "203.0.113.8")).isEqualTo("all");
        assertThat(engine.decide(Call.name("refund", Policies.SHOP, "collect.acme.example"))
                        .denied())
                .isTrue();
    }

    @Test
    void aListedNameIsDeniedWhereverItResolvesTo() throws IOException, PolicyException {
        Files.writeString(list, "collect.acme.example\n");
        assertThat(rule(load(DENY_THREATS).engine(), "collect.acme.example", "10.0.0.5"))
                .isEqualTo("threats");
    }

    @Test
    void aLineThatCannotBeUsedIsToldWithItsPlaceAndCounted() throws IOException, PolicyException {
        Files.writeString(list, """
                a.example
                foo bar
                10.0.0.1/8
                http://evil.example/x
                127.1
                *
                -a.example
                b.example
                c.example
                d.example
                e.example
                f.example
                """);
        LoadedPolicy loaded = load(DENY_THREATS);

        assertThat(loaded.warnings())
                .extracting(Problem::toString)
                .contains(
                        "threat.txt:2:1: warning: 'foo bar' is not the name of a host: it holds ' ', which no host name does",
                        "policy.yaml:4:25: warning: 6 lines of threat.txt cannot be used");
        assertThat(rule(loaded.engine(), "f.example", "192.0.2.1")).isEqualTo("threats");
        assertThat(loaded.engine().feeds().get(0).content().faultCount()).isEqualTo(6);
    }

    @Test
    void whatIsNoListIsRefused() throws IOException {
        Files.writeString(list, "<html>\n<head><title>503 Service Unavailable</title>\n</html>\n");
        assertThat(refused(DENY_THREATS))
                .startsWith(
                        "policy.yaml:4:32: 'threat.txt' cannot be used: of 3 lines 3 hold neither a name nor an address");
    }

    @Test
    void aMissingListIsAnError() {
        assertThat(refused(DENY_THREATS))
                .isEqualTo("policy.yaml:4:32: there is no file 'threat.txt';"
                        + " a path that is not absolute begins at the policy's directory");
    }

    @Test
    void anUnlistedPortOfAGroupWithAListIsNotMeant() throws IOException, PolicyException {
        Files.writeString(list, "api.partner.example\n");
        PolicyEngine engine = load(ALLOW_PARTNERS).engine();
        assertThat(rule(engine, "api.partner.example", "192.0.2.1")).isEqualTo("partners");
        assertThat(engine.decide(Policies.connect("api.partner.example", "192.0.2.1", 80))
                        .denied())
                .isTrue();
    }

    @Test
    void aRuleThatAllowsDoesNotRestOnAnOldList() throws IOException, PolicyException {
        Files.writeString(list, "api.partner.example\n");
        Files.setLastModifiedTime(list, FileTime.fromMillis(System.currentTimeMillis() - 7_200_000));
        LoadedPolicy loaded = load(ALLOW_PARTNERS + "  - {id: closed, to: [partners], action: deny}\n");

        assertThat(rule(loaded.engine(), "api.partner.example", "192.0.2.1")).isEqualTo("closed");
        assertThat(loaded.warnings()).anyMatch(warning -> warning.message().contains("is older than 'maxAge'"));
    }

    @Test
    void aListGrowsOldWhileItIsInForce() throws IOException, PolicyException {
        Files.writeString(list, "api.partner.example\n");
        PolicyEngine engine = load(ALLOW_PARTNERS).engine();
        FeedLook look = new FeedLook();

        FeedLook.Found later = look.look(engine, System.currentTimeMillis() + 3_700_000);
        assertThat(later.news()).singleElement().matches(FeedLook.News::alarm);
        PolicyEngine old = later.in(engine);
        assertThat(old.decide(Policies.connect("api.partner.example", "192.0.2.1", 443))
                        .denied())
                .isTrue();

        Files.setLastModifiedTime(list, FileTime.fromMillis(System.currentTimeMillis() + 3_600_000));
        look.look(old, System.currentTimeMillis() + 3_700_000);
        FeedLook.Found renewed = look.look(old, System.currentTimeMillis() + 3_700_000);
        assertThat(rule(renewed.in(old), "api.partner.example", "192.0.2.1")).isEqualTo("partners");
    }

    @Test
    void aChangedListIsReadWhenItStandsStill() throws IOException, PolicyException {
        Files.writeString(list, "a.example\n");
        PolicyEngine engine = load(DENY_THREATS).engine();
        FeedLook look = new FeedLook();
        long now = System.currentTimeMillis();
        assertThat(look.look(engine, now).nothing()).isTrue();

        Files.writeString(list, "a.example\nb.example\n");
        assertThat(look.look(engine, now).nothing()).isTrue();
        FeedLook.Found found = look.look(engine, now);
        PolicyEngine next = found.in(engine);

        assertThat(found.news()).singleElement().satisfies(news -> {
            assertThat(news.alarm()).isFalse();
            assertThat(news.text()).startsWith("group threat: 2 entries, ").contains("SHA-256 ");
        });
        assertThat(rule(next, "b.example", "192.0.2.1")).isEqualTo("threats");
        assertThat(rule(engine, "b.example", "192.0.2.1")).isEqualTo("all");
        assertThat(look.look(next, now).nothing()).isTrue();
    }

    @Test
    void aListThatIsGoneOrEmptiedStaysInForceAsItWas() throws IOException, PolicyException {
        Files.writeString(list, "a.example\n");
        PolicyEngine engine = load(DENY_THREATS).engine();
        FeedLook look = new FeedLook();
        long now = System.currentTimeMillis();

        Files.delete(list);
        assertThat(look.look(engine, now).news()).singleElement().matches(FeedLook.News::alarm);
        assertThat(look.look(engine, now).news()).isEmpty();

        Files.writeString(list, "");
        look.look(engine, now);
        FeedLook.Found emptied = look.look(engine, now);
        assertThat(emptied.nothing()).isTrue();
        assertThat(emptied.news()).singleElement().matches(FeedLook.News::alarm);
        assertThat(look.look(engine, now).news()).isEmpty();
    }

    @Test
    void anExceptionMayNameAList() throws IOException, PolicyException {
        Files.writeString(list, "a.example\n");
        PolicyEngine engine = load("""
                groups: {known: {feed: {file: threat.txt}}}
                egress:
                  - {id: only-known, to: ["*"], action: deny, except: {to: [known]}}
                  - {id: all, to: ["*"], action: allow}
                """).engine();
        assertThat(rule(engine, "a.example", "192.0.2.1")).isEqualTo("all");
        assertThat(rule(engine, "b.example", "192.0.2.1")).isEqualTo("only-known");

        FeedLook look = new FeedLook();
        Files.writeString(list, "b.example\nc.example\n");
        look.look(engine, 0);
        PolicyEngine next = look.look(engine, 0).in(engine);
        assertThat(rule(next, "b.example", "192.0.2.1")).isEqualTo("all");
        assertThat(rule(next, "a.example", "192.0.2.1")).isEqualTo("only-known");
    }

    @Test
    void aPolicyThatIsLoadedAgainKeepsAListThatHasNotChanged() throws IOException, PolicyException {
        Files.writeString(list, "a.example\n");
        PolicyEngine engine = load(DENY_THREATS).engine();
        Path file = Files.writeString(dir.resolve("policy.yaml"), whole(DENY_THREATS + "# changed\n"));
        PolicyEngine again = PolicyLoader.load(file, Overrides.NONE, engine).engine();
        assertThat(again.feeds().get(0).content())
                .isSameAs(engine.feeds().get(0).content());
        assertThat(rule(again, "a.example", "192.0.2.1")).isEqualTo("threats");
    }

    @Test
    void namesThatStandTwiceCountOnce() throws IOException, PolicyException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            lines.append("host").append(i % 1_000).append(".example\r\n");
        }
        Files.writeString(list, lines);
        PolicyEngine engine = load(DENY_THREATS).engine();
        assertThat(engine.feeds().get(0).content().names().size()).isEqualTo(1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(rule(engine, "host" + i + ".example", "192.0.2.1")).isEqualTo("threats");
            assertThat(rule(engine, "host" + (1_000 + i) + ".example", "192.0.2.1"))
                    .isEqualTo("all");
        }
    }

    private LoadedPolicy load(String sections) throws IOException, PolicyException {
        return PolicyLoader.load(Files.writeString(dir.resolve("policy.yaml"), whole(sections)), Overrides.NONE);
    }

    private String refused(String sections) {
        return catchThrowableOfType(PolicyException.class, () -> load(sections)).toString();
    }

    private static String whole(String sections) {
        return "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: test}\n" + sections;
    }

    private static String rule(PolicyEngine engine, @Nullable String host, String address) {
        Decision decision = engine.decide(Policies.connect(host, address, 443));
        assertThat(decision.action() == Action.ALLOW).isEqualTo(!decision.denied());
        return decision.rule().id();
    }
}
