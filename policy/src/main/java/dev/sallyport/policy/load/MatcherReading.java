package dev.sallyport.policy.load;

import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.match.Conditions;
import dev.sallyport.policy.match.Destination;
import dev.sallyport.policy.match.Glob;
import dev.sallyport.policy.match.HttpPattern;
import dev.sallyport.policy.match.LibraryPatterns;
import dev.sallyport.policy.match.Ports;
import dev.sallyport.policy.match.Prefix;
import dev.sallyport.policy.match.Resolved;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what a rule, or the exception from one, asks of a call. */
final class MatcherReading {

    private static final List<String> VIAS =
            List.of("dns", "tcp", "udp", "unix", "http", "process", "native", "listen", "attach");

    private final Reading reading;
    private final Problems problems;
    private final GroupsSection groups;
    private final Places places;

    MatcherReading(Reading reading, GroupsSection groups) {
        this.reading = reading;
        this.problems = reading.problems();
        this.groups = groups;
        this.places = new Places(problems);
    }

    /** Returns the bits of the ways out, {@code otherwise} if there is no node. */
    int vias(@Nullable Node node, int otherwise) {
        if (node == null) {
            return otherwise;
        }
        int vias = 0;
        List<Node.Scalar> words = reading.words(node, "'via'");
        for (int i = 0; i < words.size(); i++) {
            String text = words.get(i).text();
            if (VIAS.contains(text)) {
                vias |= Conditions.bit(Via.valueOf(text.toUpperCase(Locale.ROOT)));
            } else {
                String suggestion = Problems.suggest(text, VIAS);
                problems.error(
                        words.get(i),
                        "there is no way out '" + text + "'",
                        suggestion == null ? "'via' holds any of " + Reading.words(VIAS) : suggestion);
            }
        }
        return vias == 0 ? otherwise : vias;
    }

    /** Returns the libraries, null if there is no node. */
    @Nullable
    LibraryPatterns library(@Nullable Node node) {
        return node == null ? null : new LibraryReading(reading).listOrNot(node, "'library'");
    }

    /** Returns whether {@code to} holds nothing but a word for everything. */
    boolean everything(Node to) {
        List<Node> items = to instanceof Node.Sequence sequence ? sequence.items() : List.of(to);
        return items.size() == 1
                && items.get(0) instanceof Node.Scalar scalar
                && (scalar.text().equals("*") || scalar.text().equals("**"));
    }

    /** Returns the destinations of a network rule. */
    List<Destination> destinations(Node to) {
        List<Node.Scalar> words = reading.words(to, "'to'");
        List<Destination> destinations = new ArrayList<>(words.size());
        for (int i = 0; i < words.size(); i++) {
            Destination destination = destination(words.get(i));
            if (destination != null) {
                destinations.add(destination);
            }
        }
        return destinations;
    }

    /** Returns the paths of a rule for processes, native libraries, Unix sockets or attaching. */
    List<Glob> paths(Node to) {
        List<Node.Scalar> words = reading.words(to, "'to'");
        List<Glob> paths = new ArrayList<>(words.size());
        for (int i = 0; i < words.size(); i++) {
            if (groups.has(words.get(i).text())) {
                problems.warning(
                        words.get(i),
                        "'" + words.get(i).text() + "' is the name of a group, and here it is read as a path",
                        null);
            }
            paths.add(Glob.ofPath(words.get(i).text()));
        }
        return paths;
    }

    /** Returns the requests, null if there is no node. */
    @Nullable
    List<HttpPattern> http(@Nullable Node node) {
        List<Node> items = reading.list(node, "'http'");
        if (items == null) {
            return null;
        }
        if (items.isEmpty() && node != null) {
            problems.error(node, "'http' is empty", "leave it out, or say which requests are meant");
        }
        List<HttpPattern> patterns = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            Node.Mapping request =
                    reading.mapping(items.get(i), "an entry of 'http'", List.of("method", "path", "header"), List.of());
            if (request == null) {
                continue;
            }
            if (request.entries().isEmpty()) {
                problems.error(request, "this entry of 'http' says nothing", "give it 'method', 'path' or 'header'");
            }
            List<String> methods = new ArrayList<>();
            List<Node.Scalar> words = reading.words(request.get("method"), "'method'");
            for (int w = 0; w < words.size(); w++) {
                methods.add(words.get(w).text().toUpperCase(Locale.ROOT));
            }
            patterns.add(new HttpPattern(methods, path(request.get("path")), headers(request.get("header"))));
        }
        return patterns;
    }

    private @Nullable Glob path(@Nullable Node node) {
        Node.Scalar word = reading.word(node, "'path'");
        if (word == null) {
            return null;
        }
        String fault = HttpPattern.fault(word.text());
        if (fault != null) {
            problems.error(word, "the path '" + word.text() + "' " + fault, null);
        }
        return Glob.ofPath(word.text());
    }

    private List<HttpPattern.Header> headers(@Nullable Node node) {
        List<HttpPattern.Header> headers = new ArrayList<>();
        Node.Mapping mapping = node == null ? null : reading.mapping(node, "'header'");
        if (mapping == null) {
            return headers;
        }
        for (int i = 0; i < mapping.entries().size(); i++) {
            String name = mapping.entries().get(i).key().text();
            String value = reading.text(mapping.entries().get(i).value(), "header '" + name + "'");
            if (value != null) {
                headers.add(new HttpPattern.Header(name, Glob.ofName(value)));
            }
        }
        return headers;
    }

    private @Nullable Destination destination(Node.Scalar word) {
        String text = word.text();
        if (text.equals("*") || text.equals("**")) {
            return Destination.everywhere(text, null);
        }
        if (groups.has(text)) {
            return groups.named(word);
        }
        if (text.indexOf("://") >= 0) {
            places.host(word, text);
            return null;
        }
        int colon = portAt(text);
        if (colon < 0) {
            return withoutPort(word, text, null);
        }
        int port = Places.number(text, colon + 1, text.length());
        if (port < 0 || port > 65535) {
            problems.error(
                    word,
                    "'" + text + "' does not end in a port",
                    "write '" + text.substring(0, colon) + ":443', or put several ports into a group");
            return null;
        }
        String place = text.substring(0, colon);
        if (groups.has(place)) {
            problems.error(
                    word,
                    "'" + place + "' is a group, and its ports stand there",
                    "write 'ports: [" + port + "]' in the group");
            return null;
        }
        return place.equals("*")
                ? Destination.everywhere(text, new Ports(new int[] {port, port}))
                : withoutPort(word, place, new Ports(new int[] {port, port}));
    }

    private @Nullable Destination withoutPort(Node.Scalar word, String place, @Nullable Ports ports) {
        boolean bracketed = place.startsWith("[") && place.endsWith("]");
        String text = bracketed ? place.substring(1, place.length() - 1) : place;
        if (bracketed || text.indexOf('/') >= 0 || text.indexOf(':') >= 0 || Addresses.parse(text) != null) {
            Prefix prefix = places.prefix(word, text);
            return prefix == null
                    ? null
                    : Destination.of(word.text(), List.of(), List.of(prefix), ports, Resolved.PUBLIC);
        }
        // A bare word is a group's name, or meant to be one: a host of one label needs its port to be told from it.
        if (ports == null && text.indexOf('.') < 0 && !text.equals("localhost")) {
            return groups.named(word);
        }
        String host = places.host(word, text);
        return host == null ? null : Destination.of(word.text(), List.of(host), List.of(), ports, Resolved.PUBLIC);
    }

    /** Returns where the {@code :} before a port stands, or -1: an IPv6 address has several, and takes brackets. */
    private static int portAt(String text) {
        int colon = text.lastIndexOf(':');
        if (text.startsWith("[")) {
            return colon > text.indexOf(']') ? colon : -1;
        }
        return text.indexOf(':') == colon ? colon : -1;
    }
}
