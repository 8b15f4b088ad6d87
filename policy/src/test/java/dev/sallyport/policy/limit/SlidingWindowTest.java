package dev.sallyport.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {

    private static final long MINUTE = 60_000_000_000L;

    @Test
    void whatFitsIsTakenAndNothingMore() {
        SlidingWindow window = new SlidingWindow(MINUTE, 32);
        assertThat(window.take(20, 30, 0)).isEqualTo(SlidingWindow.Taken.YES);
        assertThat(window.take(11, 30, 0)).isEqualTo(SlidingWindow.Taken.NO);
        assertThat(window.take(10, 30, 0)).isEqualTo(SlidingWindow.Taken.YES);
        assertThat(window.take(1, 30, MINUTE - 1)).isEqualTo(SlidingWindow.Taken.NO);
        assertThat(window.used(MINUTE - 1)).isEqualTo(30);
    }

    @Test
    void whatWasTakenCountsForTheWholeSpanAndAtMostOneSlotLonger() {
        for (long at : new long[] {0, 1, MINUTE / 7, MINUTE - 1, -MINUTE, -MINUTE / 3}) {
            SlidingWindow window = new SlidingWindow(MINUTE, 32);
            window.take(1, 1, at);
            assertThat(window.take(1, 1, at + MINUTE - 1)).as("at " + at).isEqualTo(SlidingWindow.Taken.NO);
            assertThat(window.take(1, 1, at + MINUTE + MINUTE / 32 + 1))
                    .as("at " + at)
                    .isEqualTo(SlidingWindow.Taken.YES);
        }
    }

    @Test
    void anIdleWindowIsEmptyHoweverLongItWasIdle() {
        for (long windows = 2; windows < 20_000; windows += 7) {
            SlidingWindow window = new SlidingWindow(MINUTE, 32);
            window.take(1, 1, 0);
            boolean alike = windows * 32 % 65_536 <= 33 || windows * 32 % 65_536 >= 65_536 - 33;
            if (!alike) {
                assertThat(window.used(windows * MINUTE))
                        .as("%s windows later", windows)
                        .isZero();
            }
        }
    }

    @Test
    void neverMoreThanTheMostIsTakenInAnySpan() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            SlidingWindow window = new SlidingWindow(MINUTE, 16);
            int most = 1 + random.nextInt(50);
            Deque<long[]> taken = new ArrayDeque<>();
            long now = random.nextLong() / 4;
            for (int i = 0; i < 500; i++) {
                now += random.nextInt(8) == 0 ? random.nextLong(3 * MINUTE) : random.nextLong(MINUTE / 10);
                long amount = random.nextInt(6);
                if (window.take(amount, most, now) == SlidingWindow.Taken.YES) {
                    taken.add(new long[] {now, amount});
                }
                long since = now - MINUTE;
                taken.removeIf(each -> each[0] <= since);
                assertThat(taken.stream().mapToLong(each -> each[1]).sum()).isLessThanOrEqualTo(most);
            }
        }
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        SlidingWindow window = new SlidingWindow(MINUTE, 32);
        window.take(30, 30, 0);
        window.giveBack(10, 0);
        assertThat(window.used(0)).isEqualTo(20);
        assertThat(window.take(10, 30, 5)).isEqualTo(SlidingWindow.Taken.YES);
        window.giveBack(10, 3 * MINUTE);
        assertThat(window.used(5)).isEqualTo(30);
    }

    @Test
    void threadsTogetherTakeExactlyTheMost() throws Exception {
        for (int round = 0; round < 50; round++) {
            SlidingWindow window = new SlidingWindow(MINUTE, 32);
            assertThat(race(window, () -> 0L)).isEqualTo(1_000);
        }
    }

    @Test
    void threadsTogetherNeverTakeMoreWhileTheClockGoesOn() throws Exception {
        for (int round = 0; round < 50; round++) {
            SlidingWindow window = new SlidingWindow(MINUTE, 32);
            AtomicLong clock = new AtomicLong();
            // 8,000 steps make less than the span
            assertThat(race(window, () -> clock.addAndGet(MINUTE / 8_001))).isEqualTo(1_000);
        }
    }

    private static int race(SlidingWindow window, Callable<Long> clock) throws Exception {
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> results = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                results.add(pool.submit(() -> {
                    start.await();
                    int taken = 0;
                    for (int i = 0; i < 1_000; i++) {
                        taken += window.take(1, 1_000, clock.call()) == SlidingWindow.Taken.YES ? 1 : 0;
                    }
                    return taken;
                }));
            }
            int taken = 0;
            for (Future<Integer> result : results) {
                taken += result.get();
            }
            return taken;
        } finally {
            pool.shutdownNow();
        }
    }
}
