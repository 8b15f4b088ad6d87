package dev.sallyport.agent.exit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemPathTest {

    @TempDir
    Path given;

    private Path directory;

    @BeforeEach
    void resolveTheDirectoryItself() throws IOException {
        directory = given.toRealPath();
    }

    @Test
    void aDetourIsLeftOut() throws IOException {
        Path file = Files.createFile(directory.resolve("tool"));
        Files.createDirectory(directory.resolve("allowed"));

        assertThat(SystemPath.of(directory.resolve("allowed/../tool"))).isEqualTo(file.toString());
        assertThat(SystemPath.of(directory.resolve("./tool"))).isEqualTo(file.toString());
    }

    @Test
    void goingUpFromALinkLeadsToWhereTheLinkPoints() throws IOException {
        Path hidden = Files.createDirectories(directory.resolve("hidden/bin"));
        Path evil = Files.createFile(hidden.resolveSibling("tool"));
        Files.createFile(directory.resolve("tool"));
        Files.createSymbolicLink(directory.resolve("link"), hidden);

        assertThat(SystemPath.of(directory.resolve("link/../tool"))).isEqualTo(evil.toString());
    }

    @Test
    void aLinkKeepsTheNameThatPeopleKnow() throws IOException {
        Path file = Files.createFile(directory.resolve("tool-1.2"));
        Path link = Files.createSymbolicLink(directory.resolve("tool"), file);

        assertThat(SystemPath.of(link)).isEqualTo(link.toString());
    }

    @Test
    void whatIsNotThereIsComparedWithoutItsDetour() {
        assertThat(SystemPath.of(directory.resolve("missing/../tool")))
                .isEqualTo(directory.resolve("tool").toString());
    }
}
