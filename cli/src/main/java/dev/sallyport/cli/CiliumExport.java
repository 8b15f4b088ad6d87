package dev.sallyport.cli;

import dev.sallyport.policy.match.HttpPattern;
import dev.sallyport.policy.match.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A CiliumNetworkPolicy: names, addresses, ports, and requests where they can be seen. */
final class CiliumExport {

    private static final int HTTPS = 443;

    private CiliumExport() {}

    static ExportCommand.Written write(Boundary boundary, ExportCommand.Options options) {
        Set<String> notes = new LinkedHashSet<>(boundary.notes());
        Set<String> names = new LinkedHashSet<>();
        ExportText rules = new ExportText();
        boolean any = false;
        for (Boundary.Opening opening : boundary.openings()) {
            String host = opening.host();
            if (host != null && !opening.exceptHosts().isEmpty()) {
                notes.add("rule '" + opening.rule() + "' allows " + opening.place() + " without "
                        + String.join(", ", opening.exceptHosts()) + ", which cannot be said: left out");
                continue;
            }
            any |= write(rules, opening, options, notes);
            if (host != null) {
                names.add(host);
            }
        }
        ExportText text = new ExportText().head(options, notes);
        text.object("cilium.io/v2", "CiliumNetworkPolicy", "endpointSelector", options);
        text.line(any ? "  egress:" : "  egress: [{}]  # selects the pods, and allows them nothing");
        dns(text, names);
        StringBuilder denied = new StringBuilder();
        for (Prefix prefix : boundary.denied()) {
            denied.append(denied.length() == 0 ? "" : ", ")
                    .append('"')
                    .append(prefix)
                    .append('"');
        }
        String denials = denied.length() == 0 ? "" : "  egressDeny:\n    - toCIDR: [" + denied + "]\n";
        return new ExportCommand.Written(text.toString() + rules + denials, notes);
    }

    /** A layer that decides by name must see the questions. */
    private static void dns(ExportText text, Set<String> names) {
        if (names.isEmpty()) {
            return;
        }
        text.line("    - toEndpoints:  # names are asked for here, and only these");
        text.line(
                "        - matchLabels: {\"k8s:io.kubernetes.pod.namespace\": kube-system, \"k8s:k8s-app\": kube-dns}");
        text.line("      toPorts:").line("        - ports: [{port: \"53\", protocol: ANY}]");
        text.line("          rules:").line("            dns:");
        for (String name : names) {
            text.line("              - " + selector(name));
        }
    }

    /** In Cilium {@code *} is a part of one label, and {@code **.} any number of labels. */
    private static String selector(String host) {
        return host.startsWith("*.") ? "{matchPattern: \"*" + host + "\"}" : "{matchName: \"" + host + "\"}";
    }

    private static boolean write(
            ExportText text, Boundary.Opening opening, ExportCommand.Options options, Set<String> notes) {
        List<String> requests = requests(opening, options, notes);
        if (requests == null) {
            return false;
        }
        String host = opening.host();
        Prefix prefix = opening.prefix();
        if (host != null) {
            text.line("    - toFQDNs:  # " + opening.rule()).line("        - " + selector(host));
        } else {
            text.line("    - toCIDRSet:  # " + opening.rule());
            if (prefix != null) {
                range(text, prefix.toString(), Boundary.isIpv4(prefix), opening.exceptPrefixes());
            } else {
                range(text, Boundary.everyAddress(true), true, opening.exceptPrefixes());
                range(text, Boundary.everyAddress(false), false, opening.exceptPrefixes());
            }
        }
        text.line("      toPorts:").line("        - ports:");
        port(text, opening, "TCP", opening.tcp());
        port(text, opening, "UDP", opening.udp() && requests.isEmpty());
        if (!requests.isEmpty()) {
            text.line("          rules:").line("            http:");
            requests.forEach(text::line);
        }
        return true;
    }

    private static void range(ExportText text, String range, boolean ipv4, Set<Prefix> except) {
        StringBuilder left = new StringBuilder();
        for (Prefix each : except) {
            if (Boundary.isIpv4(each) == ipv4) {
                left.append(left.length() == 0 ? "" : ", ")
                        .append('"')
                        .append(each)
                        .append('"');
            }
        }
        text.line("        - {cidr: \"" + range + '"' + (left.length() == 0 ? "" : ", except: [" + left + ']') + '}');
    }

    private static void port(ExportText text, Boundary.Opening opening, String protocol, boolean open) {
        if (!open) {
            return;
        }
        Boundary.Range ports = opening.ports();
        String port = ports.all()
                ? "\"1\", endPort: 65535"
                : '"'
                        + String.valueOf(Math.max(1, ports.first()))
                        + '"'
                        + (ports.first() == ports.last() ? "" : ", endPort: " + ports.last());
        text.line("            - {port: " + port + ", protocol: " + protocol + '}');
    }

    /** Returns the lines for an opening's requests: none if any may pass, null if none of them can be said. */
    private static @Nullable List<String> requests(
            Boundary.Opening opening, ExportCommand.Options options, Set<String> notes) {
        List<String> lines = new ArrayList<>();
        if (opening.requests().isEmpty()) {
            return lines;
        }
        if (opening.ports().first() <= HTTPS && HTTPS <= opening.ports().last() && !options.tlsInspected()) {
            notes.add("rule '" + opening.rule() + "' allows some requests to " + opening.place()
                    + " alone; inside of TLS they are not seen, so the whole connection is allowed (--tls-inspected)");
            return lines;
        }
        for (HttpPattern request : opening.requests()) {
            String line = request(request);
            if (line == null) {
                notes.add("rule '" + opening.rule()
                        + "' wants headers that match a pattern, which cannot be said: left out");
            } else {
                lines.add(line);
            }
        }
        return lines.isEmpty() ? null : lines;
    }

    private static @Nullable String request(HttpPattern request) {
        List<String> parts = new ArrayList<>();
        if (!request.methods().isEmpty()) {
            parts.add("method: \"" + String.join("|", request.methods()) + '"');
        }
        if (request.path() != null) {
            parts.add("path: " + quoted(expression(request.path().text())));
        }
        List<String> headers = new ArrayList<>();
        for (HttpPattern.Header header : request.headers()) {
            if (!header.value().literal()) {
                return null;
            }
            headers.add(quoted(header.name() + ": " + header.value().text()));
        }
        if (!headers.isEmpty()) {
            parts.add("headers: [" + String.join(", ", headers) + ']');
        }
        return "              - {" + String.join(", ", parts) + '}';
    }

    /** Returns the regular expression for a path; Cilium's paths hold the query, and the policy's do not. */
    static String expression(String glob) {
        StringBuilder expression = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (c == '*') {
                boolean many = i + 1 < glob.length() && glob.charAt(i + 1) == '*';
                boolean whole =
                        (i == 0 || glob.charAt(i - 1) == '/') && (i + 1 == glob.length() || glob.charAt(i + 1) == '/');
                expression.append(many ? "[^?]*" : whole ? "[^/?]+" : "[^/?]*");
                i += many ? 1 : 0;
            } else {
                expression.append("\\^$.|?+()[]{}".indexOf(c) >= 0 ? "\\" : "").append(c);
            }
        }
        return expression + "(\\?.*)?";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
