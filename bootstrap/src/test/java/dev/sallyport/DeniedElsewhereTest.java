package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

/** A refusal that another JVM sent: its denial stays there, and nothing fails for want of it. */
class DeniedElsewhereTest {

    @Test
    void aRefusalThatWasSentStillSaysItsMessage() throws Exception {
        Denial denial = new Denial("d-1", "r", "p@1", "connect", "a", "x:1", "DENIED a -> x:1", null);

        EgressDeniedException received = received(new EgressDeniedException(denial));

        assertThat(received)
                .hasMessage("DENIED a -> x:1")
                .hasToString(EgressDeniedException.class.getName() + ": DENIED a -> x:1");
        assertThat(received.denial().text()).isEqualTo("DENIED a -> x:1");
    }

    private static EgressDeniedException received(EgressDeniedException sent)
            throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(sent);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (EgressDeniedException) in.readObject();
        }
    }
}
