package dev.sallyport.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimesTest {

    private static final DateTimeFormatter RFC_3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter COMPACT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Test
    void everyInstantReadsAsTheJdkWritesIt() {
        Times times = new Times();
        Random random = new Random(20261120);
        // from 1970 to 2200: as far as nanoseconds since the epoch are told in a long
        long range = 230L * 365 * 86_400 * 1_000_000_000L;
        for (int i = 0; i < 50_000; i++) {
            long nanos = Math.floorMod(random.nextLong(), range);
            Instant instant = Instant.ofEpochSecond(0, nanos);

            assertThat(times.rfc3339(nanos)).isEqualTo(RFC_3339.format(instant));
            assertThat(Times.compact(instant.toEpochMilli())).isEqualTo(COMPACT.format(instant));
        }
    }

    @Test
    void leapDaysAndYearEndsAreRight() {
        Times times = new Times();
        for (String text : new String[] {
            "2000-02-29T23:59:59.999999999Z", "2024-02-29T00:00:00.000000000Z",
            "2026-12-31T23:59:59.000000001Z", "2027-01-01T00:00:00.000000000Z",
            "2100-03-01T00:00:00.000000000Z"
        }) {
            Instant instant = Instant.parse(text);

            assertThat(times.rfc3339(instant.getEpochSecond() * 1_000_000_000L + instant.getNano()))
                    .isEqualTo(text);
        }
    }
}
