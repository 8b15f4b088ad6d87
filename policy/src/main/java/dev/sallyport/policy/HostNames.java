package dev.sallyport.policy;

import java.net.IDN;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The one form in which names of hosts are compared. Nothing here asks the network. */
public final class HostNames {

    private static final int MOST_LETTERS = 253;

    private HostNames() {}

    /**
     * Returns {@code name} in lower case, its labels outside ASCII as A-labels, without a dot at its end. A name that
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
