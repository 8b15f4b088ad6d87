package dev.sallyport.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTargetTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/a/b?c=http://d, /a/b, c=http://d, -, -1",
                "http://a.test, /, -, a.test, -1",
                "http://a.test:8080/b?c, /b, c, a.test, 8080",
                "https://user@a.test:8443?c=/d, /, c=/d, a.test, 8443",
                "http://[::1]:81/b, /b, -, [::1], 81",
                "http://[::1]/b, /b, -, [::1], -1",
                "http://a.test:no/b, /b, -, a.test, -1",
                "'', /, -, -, -1",
            })
    void aTargetNamesAPathAndPerhapsAQueryAHostAndAPort(
            String target, String path, String query, String host, int port) {
        assertThat(RequestTarget.of(target)).isEqualTo(new RequestTarget(path, query, host, port));
    }
}
