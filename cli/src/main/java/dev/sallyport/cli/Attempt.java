package dev.sallyport.cli;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Circumstances;
import dev.sallyport.policy.HostNames;
import dev.sallyport.policy.HttpRequest;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Policy;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.TaskKind;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.load.Suggestion;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Something that an agent might try, made up by whoever asks what would happen: all of the steps that the gate would see.
 *
 * @param agent the acting agent
 * @param library whose code it is
 * @param via the way out, or a tool
 * @param host the name that the code asks for, null for a literal address
 * @param address what the name resolves to, or the literal; null where nothing was said
 * @param port the port, -1 where none applies
 * @param request the HTTP request, null if there is none
 * @param target the tool, path or agent; null where none applies
 * @param enters whether {@code target} is an agent that is to be entered
 * @param surroundings what was said of what surrounds it
 */
record Attempt(
        String agent,
        Library library,
        Via via,
        @Nullable String host,
        @Nullable Address address,
        int port,
        @Nullable HttpRequest request,
        @Nullable String target,
        boolean enters,
        Circumstances surroundings) {

    private static final List<String> VIAS =
            List.of("dns", "tcp", "udp", "unix", "http", "process", "native", "listen", "attach");
    private static final int MOST_PORT = 65535;

    /**
     * What people say of an attempt, in their words; all but one of {@code to}, {@code tool} and {@code enter} may be null.
     *
     * @param agent the agent, the policy's {@code unattributed} if it is left out
     * @param via the way out, found out from the others if it is left out
     * @param to {@code host:port}, a URL, or what else the way out leads to
     * @param address what the name in {@code to} resolves to
     * @param method an HTTP method
     * @param path the path of a request
     * @param headers the headers of a request
     * @param library {@code group:artifact:version}, or a package
     * @param tool the name of a tool
     * @param enter the name of an agent to enter
     * @param subject for whom the agents act
     * @param task the task in which it happens, null for none
     * @param arguments the arguments of the tool, null if nothing is said of them
     */
    record Facts(
            @Nullable String agent,
            @Nullable String via,
            @Nullable String to,
            @Nullable String address,
            @Nullable String method,
            @Nullable String path,
            Map<String, List<String>> headers,
            @Nullable String library,
            @Nullable String tool,
            @Nullable String enter,
            @Nullable String subject,
            @Nullable Task task,
            @Nullable Map<String, @Nullable Object> arguments) {}

    /** What people say of what surrounds the attempt. */
    private record Said(
            @Nullable String subject,
            @Nullable Task task,
            @Nullable Map<String, @Nullable Object> arguments) implements Circumstances {}

    /** What is wrong with one of the facts. */
    static final class FactException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String fact;

        FactException(String fact, String message) {
            super(message);
            this.fact = fact;
        }

        /** Returns which fact it is. */
        String fact() {
            return fact;
        }
    }

    /**
     * Returns the attempt that is described.
     *
     * @throws FactException if it makes no sense under {@code policy}
     */
    static Attempt of(Facts facts, Policy policy) throws FactException {
        String agent = agent(facts.agent(), policy);
        Library library = library(facts.library());
        check(facts.task(), policy);
        Circumstances said = new Said(facts.subject(), facts.task(), facts.arguments());
        if (facts.tool() != null) {
            return new Attempt(agent, library, Via.TOOL, null, null, -1, null, facts.tool(), false, said);
        }
        if (facts.enter() != null) {
            return new Attempt(agent, library, Via.TOOL, null, null, -1, null, facts.enter(), true, said);
        }
        String to = facts.to();
        if (to == null) {
            throw new FactException("to", "the call leads nowhere: say 'to', 'tool' or 'enter'");
        }
        boolean url = to.indexOf("://") > 0;
        Via via = via(facts, url);
        return switch (via) {
            case UNIX, PROCESS, NATIVE, ATTACH ->
                new Attempt(agent, library, via, null, null, -1, null, to, false, said);
            case LISTEN -> network(agent, library, via, to, null, null, said);
            default -> {
                URI uri = url ? uri(to) : null;
                HttpRequest request = via == Via.HTTP ? request(facts, uri) : null;
                yield network(agent, library, via, uri == null ? to : authority(uri), facts.address(), request, said);
            }
        };
    }

    private static String agent(@Nullable String name, Policy policy) throws FactException {
        if (name == null
                || name.equals(policy.unattributed())
                || policy.agents().containsKey(name)) {
            return name == null ? policy.unattributed() : name;
        }
        String suggestion = Suggestion.of(name, policy.agents().keySet());
        throw new FactException(
                "agent",
                "unknown agent '" + name + "'; "
                        + (suggestion == null
                                ? "the policy knows "
                                        + String.join(", ", policy.agents().keySet())
                                : suggestion));
    }

    private static void check(@Nullable Task task, Policy policy) throws FactException {
        if (task == null) {
            return;
        }
        TaskKind kind = policy.tasks().get(task.name());
        if (kind == null) {
            String suggestion = Suggestion.of(task.name(), policy.tasks().keySet());
            throw new FactException(
                    "task",
                    "the policy knows no task '" + task.name() + "'" + (suggestion == null ? "" : "; " + suggestion));
        }
        for (String param : task.params().keySet()) {
            if (!kind.params().contains(param)) {
                throw new FactException(
                        "task",
                        "task " + task.name() + " has no parameter '" + param + "'; its parameters are "
                                + kind.params());
            }
        }
    }

    private static Via via(Facts facts, boolean url) throws FactException {
        String word = facts.via();
        if (word == null) {
            return url || facts.method() != null || facts.path() != null ? Via.HTTP : Via.TCP;
        }
        if (!VIAS.contains(word)) {
            String suggestion = Suggestion.of(word, VIAS);
            throw new FactException(
                    "via",
                    "there is no way out '" + word + "'; "
                            + (suggestion == null ? "it is one of " + String.join(", ", VIAS) : suggestion));
        }
        return Via.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Reads coordinates, or the package of a jar that has none. */
    static Library library(@Nullable String words) throws FactException {
        if (words == null) {
            return Library.NONE;
        }
        String[] parts = words.split(":", -1);
        for (String part : parts) {
            if (part.isEmpty() || part.indexOf('*') >= 0 || parts.length > 3) {
                throw new FactException(
                        "library",
                        "'" + words + "' is no library; write 'group:artifact:version', or a package such as com.acme");
            }
        }
        return parts.length == 1
                ? new Library(null, "?", null, words)
                : new Library(parts[0], parts[1], parts.length == 3 ? parts[2] : null, parts[0]);
    }

    private static URI uri(String text) throws FactException {
        try {
            URI uri = URI.create(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new FactException("to", "'" + text + "' is no http or https URL");
    }

    private static String authority(URI uri) {
        int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return uri.getHost() + ':' + port;
    }

    private static HttpRequest request(Facts facts, @Nullable URI uri) {
        String method = facts.method() == null ? "GET" : facts.method();
        String ofUri = uri == null ? "" : uri.getRawPath() == null ? "" : uri.getRawPath();
        String path = facts.path() != null ? facts.path() : ofUri.isEmpty() ? "/" : ofUri;
        int mark = path.indexOf('?');
        String query = mark >= 0 ? path.substring(mark + 1) : uri == null ? null : uri.getRawQuery();
        String scheme = uri == null ? "https" : uri.getScheme().toLowerCase(Locale.ROOT);
        return new Request(method, scheme, mark < 0 ? path : path.substring(0, mark), query, facts.headers());
    }

    private static Attempt network(
            String agent,
            Library library,
            Via via,
            String to,
            @Nullable String resolvesTo,
            @Nullable HttpRequest request,
            Circumstances said)
            throws FactException {
        int colon = portAt(to);
        int port = colon < 0 ? -1 : port(to.substring(colon + 1), to);
        if (port < 0 && via != Via.DNS) {
            if (via != Via.HTTP) {
                throw new FactException("to", "'" + to + "' has no port; write '" + to + ":443'");
            }
            port = 443;
        }
        String place = colon < 0 ? to : to.substring(0, colon);
        Address literal = Addresses.parse(place.equals("*") ? "0.0.0.0" : place);
        if (literal != null) {
            if (resolvesTo != null) {
                throw new FactException("address", "'" + place + "' is an address already");
            }
            return new Attempt(agent, library, via, null, literal, port, request, null, false, said);
        }
        String host = HostNames.canonical(place);
        String fault = HostNames.fault(host);
        if (fault != null) {
            throw new FactException("to", "'" + place + "' is not the name of a host: it " + fault);
        }
        Address address = resolvesTo == null ? null : Addresses.parse(resolvesTo);
        if (resolvesTo != null && address == null) {
            throw new FactException("address", "'" + resolvesTo + "' is no address");
        }
        return new Attempt(agent, library, via, host, address, port, request, null, false, said);
    }

    private static int port(String text, String whole) throws FactException {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= MOST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new FactException("to", "'" + whole + "' does not end in a port");
    }

    /** An IPv6 address holds colons of its own, and takes brackets. */
    private static int portAt(String to) {
        int colon = to.lastIndexOf(':');
        if (to.startsWith("[")) {
            return colon > to.indexOf(']') ? colon : -1;
        }
        return to.indexOf(':') == colon ? colon : -1;
    }

    /**
     * Returns the calls that the gate would be asked about, in order, if each was allowed.
     *
     * @param around what surrounds them
     */
    List<Call> calls(Circumstances around) {
        List<Call> calls = new ArrayList<>(3);
        switch (via) {
            case TOOL -> calls.add(call(enters ? Stage.DELEGATION : Stage.TOOL, Via.TOOL, around));
            case UNIX -> calls.add(call(Stage.UNIX, via, around));
            case PROCESS -> calls.add(call(Stage.PROCESS, via, around));
            case NATIVE -> calls.add(call(Stage.NATIVE, via, around));
            case LISTEN -> calls.add(call(Stage.LISTEN, via, around));
            case ATTACH -> calls.add(call(Stage.ATTACH, via, around));
            case DNS, TCP, UDP, HTTP -> {
                if (request != null) {
                    calls.add(call(Stage.HTTP, Via.HTTP, around));
                }
                if (host != null) {
                    calls.add(new Call(
                            Stage.NAME,
                            Via.DNS,
                            agent,
                            library,
                            host,
                            null,
                            request == null ? -1 : port,
                            request,
                            null,
                            around));
                }
                if (via != Via.DNS) {
                    calls.add(call(Stage.CONNECT, via == Via.UDP ? Via.UDP : Via.TCP, around));
                }
            }
        }
        return calls;
    }

    private Call call(Stage stage, Via way, Circumstances around) {
        return new Call(stage, way, agent, library, host, address, port, request, target, around);
    }

    /** Returns the target as a person would write it. */
    String where() {
        if (target != null) {
            return target;
        }
        String place = host != null ? host : address == null ? "*" : address.toString();
        String written = place.indexOf(':') >= 0 ? '[' + place + ']' : place;
        String authority = port < 0 ? place : written + ':' + port;
        return request == null
                ? authority
                : request.method() + ' ' + request.scheme() + "://" + authority + request.path();
    }

    /** A request that somebody made up. */
    private record Request(
            String method,
            String scheme,
            String path,
            @Nullable String query,
            Map<String, List<String>> sent) implements HttpRequest {

        Request {
            Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            byName.putAll(sent);
            sent = byName;
        }

        @Override
        public List<String> headers(String name) {
            return sent.getOrDefault(name, List.of());
        }

        @Override
        public void eachHeader(BiConsumer<String, String> taker) {
            sent.forEach((name, values) -> values.forEach(value -> taker.accept(name, value)));
        }
    }
}
