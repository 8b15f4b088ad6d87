package dev.sallyport.agent.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.Policy.OnFull;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournalFailureTest {

    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void captureAlarms() {
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void restoreErr() {
        System.setErr(realErr);
    }

    @Test
    void aWriterThatIsBehindMakesTheGateDeny() throws InterruptedException {
        Disk disk = new Disk();
        disk.stall();
        Journal journal = journal(disk, OnFull.DENY);

        int taken = offerUntilRefused(journal);

        assertThat(taken).isGreaterThanOrEqualTo(Journal.CAPACITY);
        assertThat(journal.lost()).isEqualTo(1);
        disk.goOn();
        journal.close();
        assertThat(disk.lines()).isEqualTo(taken + 1);
        assertThat(disk.text())
                .contains("\"stage\":\"journal\"")
                .contains("decisions that were not recorded, because the writer was behind");
    }

    @Test
    void droppedDecisionsAreCountedAndTheJournalSaysHowMany() throws InterruptedException {
        Disk disk = new Disk();
        disk.stall();
        Journal journal = journal(disk, OnFull.DROP);

        int offered = 3 * Journal.CAPACITY;
        for (int i = 0; i < offered; i++) {
            assertThat(journal.offer(event())).isTrue();
        }
        long lost = journal.lost();
        disk.goOn();
        journal.close();

        assertThat(lost).isPositive();
        List<String> losses = disk.text()
                .lines()
                .filter(line -> line.contains("\"stage\":\"journal\""))
                .toList();
        // The writer may look while they are still being lost, and then tells of them in two entries.
        assertThat(losses.stream().mapToLong(JournalFailureTest::count).sum()).isEqualTo(lost);
        assertThat(disk.lines()).isEqualTo(offered - lost + losses.size());
    }

    /** Returns for how many an entry stands; an entry that says nothing stands for one. */
    private static long count(String line) {
        Matcher count = Pattern.compile("\"count\":(\\d+),").matcher(line);
        return count.find() ? Long.parseLong(count.group(1)) : 1;
    }

    @Test
    void aCallThatMayWaitGoesOnWhenThereIsRoomAgain() throws InterruptedException {
        Disk disk = new Disk();
        disk.stall();
        Journal journal = journal(disk, OnFull.BLOCK);
        int offered = 2 * Journal.CAPACITY;
        CountDownLatch done = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            for (int i = 0; i < offered; i++) {
                journal.offer(event());
            }
            done.countDown();
        });
        caller.start();

        assertThat(done.await(200, TimeUnit.MILLISECONDS)).isFalse();
        disk.goOn();
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        journal.close();
        assertThat(disk.lines()).isEqualTo(offered);
        assertThat(journal.lost()).isZero();
    }

    @Test
    void aFullDiskDeniesIsToldOnceAndHealsByItself() throws InterruptedException {
        Disk disk = new Disk();
        Journal journal = journal(disk, OnFull.DENY);
        disk.full.set(true);
        assertThat(journal.offer(event())).isTrue();
        disk.refused.await();
        while (journal.offer(event())) {
            Thread.onSpinWait();
        }
        long inTime = Journal.CAPACITY;

        disk.full.set(false);
        while (!journal.offer(event())) {
            Thread.onSpinWait();
        }
        journal.close();

        assertThat(err.toString(UTF_8).lines())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains(
                                        "the journal",
                                        "cannot be written: No space left on device",
                                        "resumes by itself"),
                        second -> assertThat(second).endsWith("is written again"));
        assertThat(disk.lines()).isBetween(3L, inTime);
        assertThat(disk.text()).contains("\"stage\":\"journal\"");
    }

    @Test
    void anEventThatCannotBeToldIsToldOfAndTheRestIsWritten() throws InterruptedException {
        Disk disk = new Disk();
        Journal journal = journal(disk, OnFull.DENY);
        Call process = new Call(Stage.PROCESS, Via.PROCESS, "refund", Facts.SHOP, null, null, -1, null, "x");
        Event broken = Facts.event(
                null,
                process,
                Facts.DENIED,
                new AbstractList<String>() {
                    @Override
                    public String get(int index) {
                        throw new IllegalStateException("changed while it was read");
                    }

                    @Override
                    public int size() {
                        return 1;
                    }
                },
                null);

        journal.offer(broken);
        journal.offer(event());
        journal.close();

        assertThat(disk.text())
                .contains("decision " + broken.id() + " could not be told")
                .contains("changed while it was read");
        assertThat(disk.lines()).isEqualTo(2);
    }

    @Test
    void aListenerThatFailsDoesNotStopTheJournal() throws InterruptedException {
        Disk disk = new Disk();
        Journal journal = journal(disk, OnFull.DENY);
        journal.tell(event -> {
            throw new IllegalStateException("exporter");
        });

        for (int i = 0; i < 10; i++) {
            journal.offer(event());
        }
        journal.close();

        assertThat(disk.lines()).isEqualTo(10);
        assertThat(err.toString(UTF_8)).containsOnlyOnce("exporting decisions failed and stops");
    }

    private static Event event() {
        return Facts.event(Facts.connect("a.example"), Facts.ALLOWED);
    }

    private static int offerUntilRefused(Journal journal) {
        int taken = 0;
        while (journal.offer(event())) {
            taken++;
        }
        return taken;
    }

    private static Journal journal(Disk disk, OnFull onFull) {
        Journal journal = new Journal(disk, new File("journal-test.jsonl"), onFull, Facts.IDS);
        journal.start();
        return journal;
    }

    /** A disk that can be slow or full. */
    private static final class Disk implements JournalWriter.Sink {

        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private final AtomicBoolean full = new AtomicBoolean();
        private final CountDownLatch refused = new CountDownLatch(1);
        private final CountDownLatch moving = new CountDownLatch(1);
        private volatile boolean stalled;

        void stall() {
            stalled = true;
        }

        void goOn() {
            stalled = false;
            moving.countDown();
        }

        @Override
        public void append(byte[] lines, int length) throws IOException {
            if (stalled) {
                try {
                    moving.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            if (full.get()) {
                refused.countDown();
                throw new IOException("No space left on device");
            }
            synchronized (content) {
                content.write(lines, 0, length);
            }
        }

        @Override
        public void close() {}

        String text() {
            synchronized (content) {
                return content.toString(UTF_8);
            }
        }

        long lines() {
            return text().lines().count();
        }
    }
}
