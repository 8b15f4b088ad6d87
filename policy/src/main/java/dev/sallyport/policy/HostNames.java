package dev.sallyport.policy;

import java.net.IDN;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The one form in which names of hosts are compared. Nothing here asks the network. */
public final class HostNames {

    private static final int MOST_LETTERS = 253;

    private HostNames() {}

    /**
     * Returns a name that people have written, as a rule does: in lower case, its labels outside ASCII as A-labels, without a dot at its end. A name that
     * needs no change is returned itself. What cannot be a name is returned in lower case: no rule names it.
     */
    public static String canonical(String name) {
        int length = name.length();
        boolean lower = true;
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c >= 128) {
                return international(name);
            }
            lower &= c < 'A' || c > 'Z';
        }
        String canonical = lower ? name : name.toLowerCase(Locale.ROOT);
        return length > 1 && canonical.charAt(length - 1) == '.' ? canonical.substring(0, length - 1) : canonical;
    }

    /**
     * Returns the form in which a name that code asks for is compared: in lower case, without a dot at its end, and else as
     * it is. The JDK hands letters outside ASCII to the system's resolver as they are, and full stops of other scripts are
     * letters there; to take such a name for its A-label would be to decide another name than the one that is asked for. What
     * holds blanks or control characters is put in quotes, so that no rule that names something stands for it.
     */
    public static String asked(String name) {
        int length = name.length();
        boolean lower = true;
        boolean plain = true;
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            lower &= c < 'A' || c > 'Z';
            plain &= c > ' ' && c != 0x7f;
        }
        String asked = lower ? name : lower(name);
        if (!plain) {
            return '"' + asked + '"';
        }
        return length > 1 && asked.charAt(length - 1) == '.' ? asked.substring(0, length - 1) : asked;
    }

    /** Only the letters of ASCII: the Kelvin sign and others would become letters that they are not. */
    private static String lower(String name) {
        char[] letters = name.toCharArray();
        for (int i = 0; i < letters.length; i++) {
            if (letters[i] >= 'A' && letters[i] <= 'Z') {
                letters[i] = (char) (letters[i] - 'A' + 'a');
            }
        }
        return new String(letters);
    }

    /**
     * Returns what is wrong with a canonical name as the name of a host, or null if nothing is. Labels may hold {@code _},
     * as names in use do.
     */
    public static @Nullable String fault(String name) {
        if (name.isEmpty()) {
            return "is empty";
        }
        if (name.length() > MOST_LETTERS) {
            return "is longer than 253 characters";
        }
        int label = 0;
        for (int i = 0; i <= name.length(); i++) {
            char c = i == name.length() ? '.' : name.charAt(i);
            if (c == '.') {
                if (label == 0) {
                    return "has an empty label";
                }
                if (label > 63) {
                    return "has a label longer than 63 characters";
                }
                if (name.charAt(i - 1) == '-') {
                    return "has a label that ends in '-'";
                }
                label = 0;
                continue;
            }
            if (c == '-' && label == 0) {
                return "has a label that begins with '-'";
            }
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
                return "holds '" + c + "', which no host name does";
            }
            label++;
        }
        return null;
    }

    private static String international(String name) {
        try {
            String ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            return ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        } catch (IllegalArgumentException e) {
            return name.toLowerCase(Locale.ROOT);
        }
    }
}
