package dev.sallyport.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecisionIdTest {

    private static final String BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    @Test
    void theTextIsTheUlidOfTimeAndRest() {
        Random random = new Random(20261120);
        for (int i = 0; i < 10_000; i++) {
            DecisionId id = new DecisionId(random.nextLong() >>> 16, random.nextInt(1 << 16), random.nextLong());
            String text = id.toString();

            assertThat(text).matches("d-[" + BASE32 + "]{26}");
            assertThat(number(text)).isEqualTo(bits(id));
        }
    }

    @Test
    void theKnownExampleOfTheUlidSpecificationIsReproduced() {
        // 01ARZ3NDEKTSV4RRFFQ69G5FAV, whose time part is 1469922850259
        assertThat(new DecisionId(1_469_922_850_259L, 0, 0).toString()).startsWith("d-01ARZ3NDEK");
    }

    @Test
    void idsSortByTimeAndWithinAMillisecondByOrder() {
        DecisionId.Source source = new DecisionId.Source();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(source.next(1_795_000_000_000L + i / 100).toString());
        }
        List<String> sorted = new ArrayList<>(ids);
        Collections.sort(sorted);

        assertThat(ids).isEqualTo(sorted);
    }

    @Test
    void noTwoThreadsAndNoTwoSourcesGetTheSameId() throws InterruptedException {
        List<List<DecisionId>> made = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < 2; s++) {
            DecisionId.Source source = new DecisionId.Source();
            for (int t = 0; t < 3; t++) {
                List<DecisionId> ids = new ArrayList<>();
                made.add(ids);
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < 50_000; i++) {
                        ids.add(source.next(1));
                    }
                });
                thread.start();
                threads.add(thread);
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Set<DecisionId> all = new HashSet<>();
        made.forEach(all::addAll);

        assertThat(all).hasSize(300_000);
    }

    private static BigInteger bits(DecisionId id) {
        return BigInteger.valueOf(id.millis())
                .shiftLeft(16)
                .or(BigInteger.valueOf(id.high()))
                .shiftLeft(64)
                .or(new BigInteger(Long.toUnsignedString(id.low())));
    }

    private static BigInteger number(String text) {
        BigInteger number = BigInteger.ZERO;
        for (int i = 2; i < text.length(); i++) {
            number = number.shiftLeft(5).or(BigInteger.valueOf(BASE32.indexOf(text.charAt(i))));
        }
        return number;
    }
}
