package dev.sallyport.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientClassesTest {

    private final ClientClasses classes = new ClientClasses("agent/http/ClientClassesTest", "lang/String");

    @Test
    void aClassCountsOnceItsJarIsKnownToHoldTheClient() {
        assertThat(classes.contains(ClientClassesTest.class)).isFalse();

        classes.add(ClientClassesTest.class.getProtectionDomain());

        assertThat(classes.contains(ClientClassesTest.class)).isTrue();
    }

    @Test
    void aClassOfTheRightNameFromElsewhereDoesNotCount() {
        classes.add(ClientClassesTest.class.getProtectionDomain());

        assertThat(classes.contains(String.class)).isFalse();
    }

    @Test
    void anotherClassOfTheSameJarDoesNotCount() {
        classes.add(ClientClassesTest.class.getProtectionDomain());

        assertThat(classes.contains(ClientClasses.class)).isFalse();
    }
}
