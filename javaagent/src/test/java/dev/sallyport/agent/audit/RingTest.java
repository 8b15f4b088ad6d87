package dev.sallyport.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.agent.audit.Ring.Offer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class RingTest {

    @Test
    void aFullRingRefusesAndTakesAgainWhatThereIsRoomFor() {
        Ring ring = new Ring(8);
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 8; i++) {
                assertThat(ring.offer(numbered(i))).isEqualTo(i < 4 ? Offer.ACCEPTED : Offer.CROWDED);
            }
            assertThat(ring.offer(numbered(8))).isEqualTo(Offer.REFUSED);
            for (int i = 0; i < 8; i++) {
                assertThat(ring.poll()).isEqualTo(numbered(i));
            }
            assertThat(ring.poll()).isNull();
            assertThat(ring.isEmpty()).isTrue();
        }
        assertThat(ring.head()).isEqualTo(ring.tail()).isEqualTo(800);
    }

    @Test
    void whatManyThreadsPutInComesOutOnceAndInEachThreadsOrder() throws InterruptedException {
        Ring ring = new Ring(64);
        int threads = 4;
        int each = 20_000;
        AtomicInteger running = new AtomicInteger(threads);
        List<Thread> producers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            Thread producer = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    while (ring.offer(new PolicyChange(new DecisionId(thread, 0, i), i, null, null)) == Offer.REFUSED) {
                        LockSupport.parkNanos(1_000);
                    }
                }
                running.decrementAndGet();
            });
            producer.start();
            producers.add(producer);
        }
        long[] next = new long[threads];
        while (running.get() > 0 || !ring.isEmpty()) {
            Evidence evidence = ring.poll();
            if (evidence != null) {
                int thread = (int) evidence.id().millis();
                assertThat(evidence.epochNanos()).isEqualTo(next[thread]++);
            } else {
                LockSupport.parkNanos(1_000);
            }
        }
        for (Thread producer : producers) {
            producer.join();
        }

        assertThat(next).containsOnly(each);
    }

    private static Evidence numbered(int i) {
        return new PolicyChange(new DecisionId(0, 0, i), i, null, null);
    }
}
