package dev.sallyport.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that servers may read in more than one way. */
class HttpPatternTest {

    private static final HttpPattern ACME =
            new HttpPattern(List.of(), null, List.of(new HttpPattern.Header("X-Tenant", Glob.ofName("acme"))));
    private static final HttpPattern DELETE = new HttpPattern(List.of("DELETE"), null, List.of());

    @Test
    void aRuleThatAllowsWantsEveryValueOfAHeader() {
        assertThat(ACME.match(new Sent("GET", List.of("acme", "acme")), false)).isEqualTo(Match.YES);
        assertThat(ACME.match(new Sent("GET", List.of("acme", "other")), false)).isEqualTo(Match.NO);
        assertThat(ACME.match(new Sent("GET", List.of("other", "acme")), false)).isEqualTo(Match.NO);
        assertThat(ACME.match(new Sent("GET", List.of()), false)).isEqualTo(Match.NO);
    }

    @Test
    void aRuleThatDeniesIsContentWithOneValueOfAHeader() {
        assertThat(ACME.match(new Sent("GET", List.of("other", "acme")), true)).isEqualTo(Match.YES);
        assertThat(ACME.match(new Sent("GET", List.of("other")), true)).isEqualTo(Match.NO);
        assertThat(ACME.match(new Sent("GET", List.of()), true)).isEqualTo(Match.NO);
    }

    @Test
    void aMethodIsDeniedInAnyCaseAndAllowedAsItIs() {
        assertThat(DELETE.match(new Sent("delete", List.of()), true)).isEqualTo(Match.YES);
        assertThat(DELETE.match(new Sent("delete", List.of()), false)).isEqualTo(Match.NO);
    }

    private record Sent(String method, List<String> tenants) implements HttpRequest {

        @Override
        public String scheme() {
            return "https";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public List<String> headers(String name) {
            return tenants;
        }
    }
}
