package dev.sallyport.policy.load;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.HostNames;
import dev.sallyport.policy.match.Ports;
import dev.sallyport.policy.match.Prefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads names of hosts, addresses, ranges and ports as a policy writes them. */
final class Places {

    private static final int MOST_PORT = 65535;

    private final Problems problems;

    Places(Problems problems) {
        this.problems = problems;
    }

    /** Returns a host's canonical name, with {@code *.} before it if it is a wildcard; null with the problem noted. */
    @Nullable
    String host(Node at, String text) {
        if (text.equals("*")) {
            problems.error(
                    at, "'*' stands for every destination, and a name is wanted", "write 'to: [\"*\"]' in the rule");
            return null;
        }
        boolean wildcard = text.startsWith("*.");
        String name = wildcard ? text.substring(2) : text;
        if (name.indexOf('*') >= 0) {
            problems.error(
                    at,
                    "a '*' in '" + text + "' is not the whole first label",
                    "write '*.example.com' for every host under example.com");
            return null;
        }
        if (name.indexOf("://") >= 0) {
            problems.error(
                    at,
                    "'" + text + "' is a URL, and a name is wanted",
                    "write the host alone, and paths under 'http'");
            return null;
        }
        if (Addresses.parse(name) != null) {
            problems.error(at, "'" + text + "' is an address, not a name", "write it under 'cidr'");
            return null;
        }
        int colon = name.indexOf(':');
        if (colon >= 0) {
            problems.error(at, "'" + text + "' holds a port", "write it under 'ports'");
            return null;
        }
        String canonical = HostNames.canonical(name);
        String fault = HostNames.fault(canonical);
        if (fault != null) {
            problems.error(at, "'" + text + "' is not the name of a host: it " + fault);
            return null;
        }
        return wildcard ? "*." + canonical : canonical;
    }

    /** Returns the range that {@code text} (an address, or one with {@code /length}) stands for; null with the problem noted. */
    @Nullable
    Prefix prefix(Node at, String text) {
        Prefix plain = plainIpv4(text);
        if (plain != null) {
            return plain;
        }
        int slash = text.indexOf('/');
        String written = slash < 0 ? text : text.substring(0, slash);
        Address address = address(at, written, text);
        if (address == null) {
            return null;
        }
        int most = address.isIpv4() && written.indexOf(':') < 0 ? 32 : 128;
        int length = slash < 0 ? most : number(text, slash + 1, text.length());
        if (length < 0 || length > most) {
            problems.error(at, "'" + text + "' does not end in a length from 0 to " + most);
            return null;
        }
        Prefix prefix = Prefix.containing(address, length + 128 - most);
        if (!prefix.network().equals(address)) {
            problems.error(
                    at,
                    "'" + text + "' has bits set after the first " + length,
                    "did you mean '" + prefix.network() + "/" + length + "' or '" + address + "'?");
            return null;
        }
        return prefix;
    }

    /**
     * Returns the range of IPv4 addresses that is written in four plain decimal numbers, with a length or without; null if it is
     * written in any other way, or wrongly. Most ranges of a large policy are read here.
     */
    private static @Nullable Prefix plainIpv4(String text) {
        int end = text.indexOf('/');
        end = end < 0 ? text.length() : end;
        int ip = 0;
        int from = 0;
        for (int part = 0; part < 4; part++) {
            int to = part == 3 ? end : text.indexOf('.', from);
            int number = to < 0 || to - from > 3 ? -1 : number(text, from, to);
            if (number < 0 || number > 255 || (to - from > 1 && text.charAt(from) == '0')) {
                return null;
            }
            ip = ip << 8 | number;
            from = to + 1;
        }
        int length = end == text.length() ? 32 : number(text, end + 1, text.length());
        return length < 0 || length > 32 || (length < 32 && ip << length != 0)
                ? null
                : new Prefix(Address.ofIpv4(ip), length + 96);
    }

    /** Returns ports and ranges of ports ({@code 443}, {@code 8000-8100}); null if there are none. */
    @Nullable
    Ports ports(List<Node.Scalar> words) {
        if (words.isEmpty()) {
            return null;
        }
        int[] bounds = new int[2 * words.size()];
        for (int i = 0; i < words.size(); i++) {
            String text = words.get(i).text();
            int dash = text.indexOf('-');
            int from = number(text, 0, dash < 0 ? text.length() : dash);
            int to = dash < 0 ? from : number(text, dash + 1, text.length());
            bounds[2 * i] = port(words.get(i), text, from);
            bounds[2 * i + 1] = from < 0 || from > MOST_PORT ? from : port(words.get(i), text, to);
            if (from >= 0 && to >= 0 && from > to) {
                problems.error(
                        words.get(i),
                        "the range '" + text + "' ends before it begins",
                        "did you mean '" + to + "-" + from + "'?");
            }
        }
        return new Ports(bounds);
    }

    private int port(Node at, String text, int port) {
        if (port < 0 || port > MOST_PORT) {
            problems.error(
                    at,
                    "'" + text + "' is not a port",
                    "ports are numbers from 0 to 65535, or ranges such as 8000-8100");
        }
        return port;
    }

    /** Returns an address that is written plainly; null with the problem noted. */
    private @Nullable Address address(Node at, String text, String whole) {
        Address address = Addresses.parse(text);
        if (address == null) {
            problems.error(
                    at,
                    "'" + whole + "' is neither an address nor a range of addresses",
                    "write '10.20.0.0/16' or 'fd00::/8'");
            return null;
        }
        if (text.indexOf(':') < 0 && !address.toString().equals(text)) {
            problems.error(
                    at, "'" + whole + "' can be read as more than one address", "did you mean '" + address + "'?");
            return null;
        }
        return address;
    }

    /** Returns the decimal number between two places, or -1. */
    static int number(String text, int from, int to) {
        if (to <= from || to - from > 5) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = 10 * number + c - '0';
        }
        return number;
    }
}
