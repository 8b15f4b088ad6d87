package dev.sallyport.agent.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;

class MemberTest {

    private final FakeClient client = new FakeClient("a.test") {};

    @Test
    void aFieldIsReadWhateverItsAccessAndOnWhicheverSubclass() {
        assertThat(Member.field("host").get(client)).isEqualTo("a.test");
    }

    @Test
    void aMethodIsFoundUnderAnyOfItsNames() {
        assertThat(Member.longMethod("size", "length").getLong(client)).isEqualTo(6);
    }

    @Test
    void aMethodOfAnInterfaceIsFound() {
        assertThat(Member.methodOf(String.class, "greeting").call(client, "you"))
                .isEqualTo("hello you");
    }

    @Test
    void anObjectOfANamedModuleThatOpensNothingCanBeRead() {
        assertThat(Member.field("string").get(URI.create("mailto:a"))).isEqualTo("mailto:a");
        assertThat(Member.intMethod("getPort").getInt(URI.create("http://a:7/")))
                .isEqualTo(7);
    }

    @Test
    void aMemberThatIsMissingIsNamed() {
        Member missing = Member.method("recipient", "receiver");

        assertThatThrownBy(() -> missing.get(client))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no recipient or receiver");
    }

    @Test
    void nullIsRefusedWhereAValueIsRequired() {
        assertThat(Member.method("none").get(client)).isNull();
        assertThat(Member.method("none").text(client)).isNull();
        assertThatThrownBy(() -> Member.method("none").require(client)).hasMessageContaining("null for none");
    }

    @Test
    void whatTheMethodThrowsComesThrough() {
        assertThatThrownBy(() -> Member.method("failing").get(client)).hasRootCauseInstanceOf(IOException.class);
    }
}
