package dev.sallyport.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WeakIdentityTableTest {

    private final WeakIdentityTable<String> table = new WeakIdentityTable<>(4);

    @Test
    void equalKeysThatAreNotTheSameAreTwo() {
        List<String> one = new ArrayList<>();
        List<String> other = new ArrayList<>();
        table.put(one, "one");
        assertThat(table.get(one)).isEqualTo("one");
        assertThat(table.get(other)).isNull();
    }

    @Test
    void aFactIsReplacedAndRemoved() {
        Object key = new Object();
        table.put(key, "first");
        table.put(key, "second");
        assertThat(table.get(key)).isEqualTo("second");
        table.remove(key);
        assertThat(table.get(key)).isNull();
        table.put(key, "third");
        assertThat(table.get(key)).isEqualTo("third");
    }

    @Test
    void aReplacementOfAnOutdatedFactIsRefused() {
        Object key = new Object();
        assertThat(table.replace(key, null, "first")).isTrue();
        assertThat(table.replace(key, null, "second")).isFalse();
        assertThat(table.replace(key, "other", "second")).isFalse();
        assertThat(table.replace(key, "first", null)).isTrue();
        assertThat(table.get(key)).isNull();
        assertThat(table.replace(key, "first", "second")).isFalse();
    }

    @Test
    void removedFactsDoNotPileUp() {
        for (int i = 0; i < 10_000; i++) {
            Object key = new Object();
            table.put(key, "fact");
            table.remove(key);
        }
        assertThat(table.nodes()).isLessThanOrEqualTo(4);
    }

    @Test
    void collectedKeysDoNotPileUp() {
        for (int i = 0; i < 1_000; i++) {
            table.put(new Object(), "fact");
        }
        Object key = new Object();
        for (int attempt = 0; attempt < 100 && table.nodes() > 8; attempt++) {
            System.gc();
            for (int i = 0; i < 64; i++) {
                table.put(new Object(), "fact");
                table.put(key, "fact" + i);
            }
        }
        assertThat(table.nodes()).isLessThan(500);
        assertThat(table.get(key)).isEqualTo("fact63");
    }

    @Test
    void threadsDoNotLoseEachOthersFacts() throws InterruptedException {
        int threads = 4;
        CountDownLatch go = new CountDownLatch(1);
        List<String> lost = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                Object kept = new Object();
                table.put(kept, "kept");
                for (int i = 0; i < 50_000; i++) {
                    Object key = new Object();
                    String fact = "fact" + i;
                    table.put(key, fact);
                    if (!fact.equals(table.get(key)) || !"kept".equals(table.get(kept))) {
                        synchronized (lost) {
                            lost.add(fact);
                        }
                    }
                    table.remove(key);
                }
            });
            running.add(thread);
            thread.start();
        }
        go.countDown();
        for (Thread thread : running) {
            thread.join();
        }
        assertThat(lost).isEmpty();
    }
}
