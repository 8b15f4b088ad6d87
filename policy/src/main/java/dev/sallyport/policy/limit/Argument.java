package dev.sallyport.policy.limit;

import dev.sallyport.policy.Call;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of a tool's arguments.
 *
 * @param path its name, and the names inside of it: {@code [customer, id]} for {@code args.customer.id}
 */
public record Argument(List<String> path) {

    /** Sums are kept in thousandths, and what is finer is rounded up. */
    static final int DECIMALS = 3;

    /** What {@link #amount} returns where there is no number, or one below zero. */
    static final long NO_AMOUNT = -1;

    private static final long SCALE = 1_000;

    /** Returns the argument as a policy writes it. */
    public String label() {
        return "args." + String.join(".", path);
    }

    /** Returns its value in thousandths, at most {@link SlidingWindow#MOST} + 1; {@link #NO_AMOUNT} if it has none. */
    long amount(Call call) {
        Object value = value(call);
        if (value instanceof Long || value instanceof Integer) {
            long whole = ((Number) value).longValue();
            if (whole < 0) {
                return NO_AMOUNT;
            }
            return whole > SlidingWindow.MOST / SCALE ? SlidingWindow.MOST + 1 : whole * SCALE;
        }
        if (value instanceof Double number && !Double.isNaN(number) && !Double.isInfinite(number)) {
            return thousandths(BigDecimal.valueOf(number));
        }
        return NO_AMOUNT;
    }

    /** Returns a number in thousandths, as {@link #amount} does. */
    static long thousandths(BigDecimal number) {
        if (number.signum() < 0) {
            return NO_AMOUNT;
        }
        // Never written out before its size is known: 1e999999999 has as many digits.
        if (number.precision() - number.scale() > 15) {
            return SlidingWindow.MOST + 1;
        }
        if (number.signum() > 0 && number.precision() - number.scale() < -DECIMALS) {
            return 1;
        }
        long amount = number.movePointRight(DECIMALS)
                .setScale(0, RoundingMode.CEILING)
                .longValue();
        return Math.min(amount, SlidingWindow.MOST + 1);
    }

    /** Returns its value as a text that tells it from others; null if it is not there, or no single value. */
    @Nullable
    String text(Call call) {
        Object value = value(call);
        return value instanceof String || value instanceof Number || value instanceof Boolean ? value.toString() : null;
    }

    private @Nullable Object value(Call call) {
        Object value = call.circumstances().arguments();
        for (int i = 0; i < path.size(); i++) {
            if (!(value instanceof Map<?, ?> map)) {
                return null;
            }
            value = map.get(path.get(i));
        }
        return value;
    }
}
