package dev.sallyport.agent.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolArgumentsTest {

    enum Currency {
        EUR
    }

    record Money(long minor, Currency currency) {}

    static final class Order {

        final String id;
        final Money total;

        Order(String id, Money total) {
            this.id = id;
            this.total = total;
        }
    }

    @Test
    void aJsonObjectIsReadWithItsTypes() {
        Map<String, Object> read = ToolArguments.read(
                "{\"orderId\":\"o-1\",\"amountMinor\":50000,\"rate\":0.5,\"tags\":[\"a\",null],\"deep\":{\"x\":true}}");
        assertThat(read)
                .containsEntry("orderId", "o-1")
                .containsEntry("amountMinor", 50_000L)
                .containsEntry("rate", 0.5)
                .containsEntry("tags", Arrays.asList("a", null))
                .containsEntry("deep", Map.of("x", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "[1]",
                "null",
                "{\"a\":1",
                "{\"a\":1}{\"a\":2}",
                "{\"a\":1,\"a\":2}",
                "{\"deep\":{\"a\":1,\"a\":2}}",
                "{\"a\":1e999}",
                "{a:1}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":1} x"
            })
    void whatIsNoPlainJsonObjectIsNotRead(String text) {
        assertThat(ToolArguments.read(text)).isNull();
    }

    @Test
    void aToolWithoutParametersHasNoArguments() {
        assertThat(ToolArguments.read(" ")).isEmpty();
    }

    @Test
    void deepAndHugeValuesAreNotRead() {
        assertThat(ToolArguments.read("{\"a\":" + "[".repeat(100_000))).isNull();
        assertThat(ToolArguments.read("{\"a\":" + "[".repeat(70) + "]".repeat(70) + '}'))
                .isNull();
        assertThat(ToolArguments.read("{\"a\":[" + "1,".repeat(100_001) + "1]}"))
                .isNull();
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        assertThat(ToolArguments.read(Map.of("a", itself))).isNull();
    }

    @Test
    void numbersOfEveryKindBecomeTwo() {
        Map<String, Object> given = Map.of(
                "int", 7, "big", BigInteger.TEN, "huge", BigInteger.TEN.pow(30), "money", new BigDecimal("19.99"));
        assertThat(ToolArguments.read(given))
                .containsEntry("int", 7L)
                .containsEntry("big", 10L)
                .containsEntry("huge", 1e30)
                .containsEntry("money", 19.99);
        assertThat(ToolArguments.read(Map.of("nan", Double.NaN))).isNull();
    }

    @Test
    void anObjectOfTheApplicationIsWhatItsFieldsHold() {
        Map<String, @Nullable Object> given = new HashMap<>();
        given.put("order", new Order("o-1", new Money(7, Currency.EUR)));
        given.put("note", Optional.empty());
        given.put("lines", new int[] {1, 2});
        Map<String, Object> read = ToolArguments.read(given);
        assertThat(read)
                .containsEntry("order", Map.of("id", "o-1", "total", Map.of("minor", 7L, "currency", "EUR")))
                .containsEntry("note", null)
                .containsEntry("lines", List.of(1L, 2L));
    }

    @Test
    void whatOnlyItsOwnCodeUnderstandsLeavesAllUnread() {
        assertThat(ToolArguments.read(Map.of("a", 1, "in", InputStream.nullInputStream())))
                .isNull();
    }

    @Test
    void keysThatAreTheSameAsTextAreNotRead() {
        assertThat(ToolArguments.read(Map.of(1, "a", "1", "b"))).isNull();
    }
}
