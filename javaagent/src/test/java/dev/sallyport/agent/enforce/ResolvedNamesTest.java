package dev.sallyport.agent.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.Address;
import org.junit.jupiter.api.Test;

class ResolvedNamesTest {

    private static final Address FIRST = Address.ofIpv4(1);
    private static final Address SECOND = Address.ofIpv4(2);
    private static final String HOST = "api.psp.example";

    private long now;
    private final ResolvedNames names = new ResolvedNames(() -> now);

    @Test
    void anAddressBelongsToTheNameThatWasAnsweredWithItAndToNoOther() {
        names.saw(HOST, new Address[] {FIRST});

        assertThat(names.sawResolve(HOST, FIRST)).isTrue();
        assertThat(names.sawResolve(HOST, SECOND)).isFalse();
        assertThat(names.sawResolve("other.example", FIRST)).isFalse();
        assertThat(names.addresses("other.example")).isNull();
    }

    @Test
    void anEarlierAnswerStaysBesideALaterOne() {
        names.saw(HOST, new Address[] {FIRST});
        names.saw(HOST, new Address[] {SECOND});

        assertThat(names.addresses(HOST)).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void anAnswerIsForgottenADayAfterItWasLastSeen() {
        names.saw(HOST, new Address[] {FIRST});
        now += ResolvedNames.LIFETIME_SECONDS;
        names.saw(HOST, new Address[] {SECOND});
        assertThat(names.sawResolve(HOST, SECOND)).isTrue();
        now += 1;

        assertThat(names.sawResolve(HOST, FIRST)).isFalse();
        assertThat(names.sawResolve(HOST, SECOND)).isTrue();
        assertThat(names.addresses(HOST)).containsExactly(SECOND);
    }

    @Test
    void allAnswersOfANameAreForgottenInTheEnd() {
        names.saw(HOST, new Address[] {FIRST, SECOND});
        now += ResolvedNames.LIFETIME_SECONDS + 1;

        assertThat(names.addresses(HOST)).isNull();
        names.saw(HOST, new Address[] {SECOND});
        assertThat(names.addresses(HOST)).containsExactly(SECOND);
    }

    @Test
    void anAddressThatIsUsedIsKept() {
        names.saw(HOST, new Address[] {FIRST});
        for (int i = 0; i < 5; i++) {
            now += ResolvedNames.LIFETIME_SECONDS;
            assertThat(names.sawResolve(HOST, FIRST)).isTrue();
        }
    }

    @Test
    void anAnswerFromTheJdksCacheCountsAsSeen() {
        names.saw(HOST, new Address[] {FIRST, SECOND});
        now += ResolvedNames.LIFETIME_SECONDS;
        names.saw(HOST, new Address[] {FIRST});
        now += 1;

        assertThat(names.addresses(HOST)).containsExactly(FIRST);
    }

    @Test
    void aNameHasSoManyAddressesAtMost() {
        for (int i = 0; i < 10 * ResolvedNames.ADDRESSES; i++) {
            names.saw(HOST, new Address[] {Address.ofIpv4(i)});
        }

        assertThat(names.addresses(HOST)).hasSize(ResolvedNames.ADDRESSES).doesNotHaveDuplicates();
        assertThat(names.sawResolve(HOST, Address.ofIpv4(10 * ResolvedNames.ADDRESSES - 1)))
                .isTrue();
    }

    @Test
    void manyOtherNamesDriveOutWhatIsNotAskedFor() {
        names.saw(HOST, new Address[] {FIRST});
        names.saw("idle.example", new Address[] {SECOND});
        for (int i = 0; i < 2 * ResolvedNames.GENERATION; i++) {
            names.saw("x" + i, new Address[] {SECOND});
            if (i % 1_000 == 0) {
                assertThat(names.sawResolve(HOST, FIRST)).isTrue();
            }
        }

        assertThat(names.addresses("idle.example")).isNull();
    }
}
