package dev.sallyport.cli;

import dev.sallyport.policy.match.Prefix;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.StringJoiner;

/** A Kubernetes NetworkPolicy: addresses and ports; it knows no names. */
final class KubernetesExport {

    private KubernetesExport() {}

    static ExportCommand.Written write(Boundary boundary, ExportCommand.Options options) {
        Set<String> notes = new LinkedHashSet<>(boundary.notes());
        ExportText rules = new ExportText();
        boolean any = false;
        for (Boundary.Opening opening : boundary.openings()) {
            if (opening.host() != null) {
                notes.add("rule '" + opening.rule() + "' allows " + opening.place()
                        + ", and a NetworkPolicy knows no names: left out");
                continue;
            }
            if (!opening.requests().isEmpty()) {
                notes.add("rule '" + opening.rule() + "' allows some requests to " + opening.place()
                        + " alone, and a NetworkPolicy sees no requests: left out");
                continue;
            }
            any = true;
            write(rules, opening);
        }
        ExportText text = new ExportText().head(options, notes);
        text.object("networking.k8s.io/v1", "NetworkPolicy", "podSelector", options);
        text.line("  policyTypes: [Egress]").line(any ? "  egress:" : "  egress: []");
        return new ExportCommand.Written(text.toString() + rules, notes);
    }

    private static void write(ExportText text, Boundary.Opening opening) {
        text.line("    - to:  # " + opening.rule());
        Prefix prefix = opening.prefix();
        if (prefix != null) {
            block(text, prefix.toString(), Boundary.isIpv4(prefix), opening.exceptPrefixes());
        } else {
            block(text, Boundary.everyAddress(true), true, opening.exceptPrefixes());
            block(text, Boundary.everyAddress(false), false, opening.exceptPrefixes());
        }
        text.line("      ports:");
        port(text, opening, "TCP", opening.tcp());
        port(text, opening, "UDP", opening.udp());
    }

    private static void block(ExportText text, String range, boolean ipv4, Set<Prefix> except) {
        StringJoiner left = new StringJoiner(", ", "[", "]");
        boolean some = false;
        for (Prefix each : except) {
            if (Boundary.isIpv4(each) == ipv4) {
                left.add('"' + each.toString() + '"');
                some = true;
            }
        }
        text.line("        - ipBlock: {cidr: \"" + range + '"' + (some ? ", except: " + left : "") + '}');
    }

    private static void port(ExportText text, Boundary.Opening opening, String protocol, boolean open) {
        if (!open) {
            return;
        }
        Boundary.Range ports = opening.ports();
        String port = ports.all()
                ? ""
                : ", port: " + Math.max(1, ports.first())
                        + (ports.first() == ports.last() ? "" : ", endPort: " + ports.last());
        text.line("        - {protocol: " + protocol + port + '}');
    }
}
