package dev.sallyport.policy.condition;

import dev.sallyport.policy.Addresses;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The formats of texts in JSON Schema that are looked at. */
public enum Format {
    /** A day of RFC 3339: {@code 2026-10-01}. */
    DATE,
    /** A time of a day of RFC 3339, with its zone. */
    TIME,
    /** Both. */
    DATE_TIME,
    /** A UUID of RFC 4122. */
    UUID,
    /** Four numbers with dots between them. */
    IPV4,
    /** An address of RFC 4291. */
    IPV6,
    /** Something, one {@code @}, and something. */
    EMAIL;

    private static final int UUID_LENGTH = 36;

    /** Returns the format that a schema calls so, null if it is not looked at. */
    public static @Nullable Format named(String label) {
        for (Format format : values()) {
            if (format.label().equals(label)) {
                return format;
            }
        }
        return null;
    }

    /** Returns the word of JSON Schema for it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean fits(String text) {
        try {
            return switch (this) {
                case DATE ->
                    text.length() == 10 && LocalDate.parse(text).toString().equals(text);
                case TIME -> isTime(text) && OffsetTime.parse(text.toUpperCase(Locale.ROOT)) != null;
                case DATE_TIME ->
                    text.length() > 11
                            && (text.charAt(10) == 'T' || text.charAt(10) == 't')
                            && isTime(text.substring(11))
                            && OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)) != null;
                case UUID -> isUuid(text);
                case IPV4 -> isIpv4(text);
                case IPV6 -> text.indexOf(':') >= 0 && text.indexOf('%') < 0 && Addresses.parse(text) != null;
                case EMAIL -> isEmail(text);
            };
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Java reads times without seconds, RFC 3339 has none. */
    private static boolean isTime(String text) {
        if (text.length() < 9 || text.charAt(2) != ':' || text.charAt(5) != ':') {
            return false;
        }
        char last = text.charAt(text.length() - 1);
        return last == 'Z' || last == 'z' || text.charAt(text.length() - 3) == ':';
    }

    private static boolean isUuid(String text) {
        if (text.length() != UUID_LENGTH) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : c >= 128 || Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIpv4(String text) {
        int numbers = 0;
        int number = -1;
        int digits = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '.' : text.charAt(i);
            if (c >= '0' && c <= '9' && digits < 3 && (digits == 0 || number > 0)) {
                number = (digits == 0 ? 0 : 10 * number) + c - '0';
                digits++;
            } else if (c == '.' && digits > 0 && number < 256) {
                numbers++;
                digits = 0;
            } else {
                return false;
            }
        }
        return numbers == 4;
    }

    private static boolean isEmail(String text) {
        int at = text.indexOf('@');
        if (at < 1 || at == text.length() - 1 || text.indexOf('@', at + 1) >= 0) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ') {
                return false;
            }
        }
        return true;
    }
}
