package dev.sallyport.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.journal.JournalEntry;
import dev.sallyport.policy.Policy.OnFull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    Path dir;

    @Test
    void whatIsOfferedIsInTheFileInOrder() throws Exception {
        Journal journal = Journal.open(dir, OnFull.DENY, Facts.IDS);
        journal.inForce(Facts.POLICY);
        journal.start();
        for (int i = 0; i < 5_000; i++) {
            assertThat(journal.offer(Facts.event(Facts.connect("host" + i), Facts.ALLOWED)))
                    .isTrue();
        }
        journal.close();

        List<JournalEntry> entries = Facts.read(journal.file());
        assertThat(entries).hasSize(5_001);
        assertThat(entries.get(0).stage()).isEqualTo("policy");
        for (int i = 0; i < 5_000; i++) {
            assertThat(entries.get(i + 1).target().name()).isEqualTo("host" + i);
        }
    }

    @Test
    void manyThreadsLoseNothingWhenTheyMayWait() throws Exception {
        Journal journal = Journal.open(dir, OnFull.BLOCK, Facts.IDS);
        journal.start();
        int threads = 4;
        int each = 20_000;
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            String name = "thread" + t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    journal.offer(Facts.event(Facts.connect(name), Facts.ALLOWED));
                }
            });
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
        journal.close();

        List<JournalEntry> entries = Facts.read(journal.file());
        for (int t = 0; t < threads; t++) {
            String name = "thread" + t;
            assertThat(entries.stream().filter(e -> name.equals(e.target().name())))
                    .hasSize(each);
        }
        assertThat(entries.stream().map(JournalEntry::id).distinct()).hasSize(threads * each);
        assertThat(journal.lost()).isZero();
    }

    @Test
    void theFirstEntrySaysWhichPolicyCameIntoForceInWhichJvm() throws Exception {
        Journal journal = Journal.open(dir, OnFull.DENY, Facts.IDS);
        journal.inForce(Facts.POLICY);
        journal.start();
        journal.rejected(Facts.POLICY, "refunds.yaml:3:1: unknown key 'egres'; did you mean 'egress'?");
        journal.close();

        List<JournalEntry> entries = Facts.read(journal.file());
        assertThat(entries).extracting(JournalEntry::decision).containsExactly("allow", "deny");
        JournalEntry first = entries.get(0);
        assertThat(first.policy()).isEqualTo(new JournalEntry.PolicyId("refunds", "2026.10.1", Facts.DIGEST));
        assertThat(first.target().file()).isEqualTo("refunds.yaml");
        assertThat(first.mode()).isEqualTo("enforce");
        assertThat(first.jvm())
                .extracting(JournalEntry.Jvm::pid)
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
        assertThat(entries.get(1).reason()).contains("did you mean 'egress'?");
    }

    @Test
    void directoryAndFileBelongToTheirUserAlone() throws Exception {
        Path made = dir.resolve("new/audit");
        Journal journal = Journal.open(made, OnFull.DENY, Facts.IDS);
        journal.start();
        journal.close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(journal.file())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(made)) {
            assertThat(files).containsExactly(journal.file());
        }
    }

    @Test
    void aJournalNeverContinuesTheFileOfAnother() throws Exception {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Journal journal = Journal.open(dir, OnFull.DENY, Facts.IDS);
            journal.start();
            journal.close();
            files.add(journal.file());
        }

        assertThat(files)
                .doesNotHaveDuplicates()
                .allSatisfy(f -> assertThat(f.getFileName().toString())
                        .matches("journal-\\d{8}T\\d{6}\\.\\d{3}Z-\\d+(-\\d+)?\\.jsonl"));
    }

    @Test
    void aFileInTheDirectorysPlaceIsNamed() throws IOException {
        Path file = Files.createFile(dir.resolve("audit"));

        assertThatThrownBy(() -> Journal.open(file, OnFull.DENY, Facts.IDS))
                .isInstanceOf(JournalException.class)
                .hasMessageStartingWith(
                        "the journal cannot be written to " + file + ": it is a file; a directory is needed.")
                .hasMessageContaining("journal=DIR");
        assertThatThrownBy(() -> Journal.open(file.resolve("deeper/still"), OnFull.DENY, Facts.IDS))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining(": " + file + " is a file");
    }
}
