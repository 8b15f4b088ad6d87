package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.sallyport.policy.match.Prefix;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Rule collections of an Azure Firewall policy, as an ARM template: names for HTTP and TLS, addresses. */
final class AzureFirewallExport {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    /** As the REST API has it: an application rule names no higher port. */
    private static final int MOST_PORT = 64_000;

    private final JsonGenerator json;
    private final List<Boundary.Opening> names = new ArrayList<>();
    private final List<Boundary.Opening> addresses = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();
    private int priority = 100;

    private AzureFirewallExport(JsonGenerator json) {
        this.json = json;
    }

    static ExportCommand.Written write(Boundary boundary, ExportCommand.Options options) throws IOException {
        Set<String> notes = new LinkedHashSet<>(boundary.notes());
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            DefaultIndenter lines = new DefaultIndenter("  ", "\n");
            json.setPrettyPrinter(new DefaultPrettyPrinter()
                    .withObjectIndenter(lines)
                    .withArrayIndenter(lines)
                    .withSeparators(
                            Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER)));
            new AzureFirewallExport(json).write(boundary, options, notes);
        }
        return new ExportCommand.Written(text + "\n", notes);
    }

    private void write(Boundary boundary, ExportCommand.Options options, Set<String> notes) throws IOException {
        Set<String> deniedNames = new LinkedHashSet<>();
        Set<String> deniedRanges = new LinkedHashSet<>();
        deny(boundary.denied(), deniedRanges);
        for (Boundary.Opening opening : boundary.openings()) {
            sort(opening, notes);
            deniedNames.addAll(opening.exceptHosts());
            deny(opening.exceptPrefixes(), deniedRanges);
        }
        json.writeStartObject();
        json.writeStringField(
                "$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#");
        json.writeStringField("contentVersion", "1.0.0.0");
        json.writeObjectFieldStart("metadata");
        json.writeStringField("description", "Written by sallyport export from " + Plain.text(options.source()) + '.');
        array("notes", notes);
        json.writeEndObject();
        json.writeObjectFieldStart("parameters");
        parameter("firewallPolicyName", "string");
        parameter("sourceAddresses", "array");
        json.writeEndObject();
        json.writeArrayFieldStart("resources");
        json.writeStartObject();
        json.writeStringField("type", "Microsoft.Network/firewallPolicies/ruleCollectionGroups");
        json.writeStringField("apiVersion", "2023-11-01");
        json.writeStringField(
                "name", "[concat(parameters('firewallPolicyName'), '/" + ExportText.objectName(options.name()) + "')]");
        json.writeObjectFieldStart("properties");
        json.writeNumberField("priority", 200);
        json.writeArrayFieldStart("ruleCollections");
        if (!deniedRanges.isEmpty()) {
            open("deny-addresses", "Deny");
            networkRule("denied", deniedRanges, List.of("Any"), List.of("*"));
            close();
        }
        if (!addresses.isEmpty()) {
            open("allow-addresses", "Allow");
            for (Boundary.Opening opening : addresses) {
                network(opening);
            }
            close();
        }
        if (!deniedNames.isEmpty()) {
            open("deny-names", "Deny");
            applicationRule("denied", deniedNames, HTTP, HTTPS);
            close();
        }
        if (!names.isEmpty()) {
            open("allow-names", "Allow");
            for (Boundary.Opening opening : names) {
                application(opening);
            }
            close();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    /** The firewall lets no IPv6 through, so there is nothing to deny. */
    private static void deny(Set<Prefix> ranges, Set<String> denied) {
        for (Prefix range : ranges) {
            if (Boundary.isIpv4(range)) {
                denied.add(range.toString());
            }
        }
    }

    private void sort(Boundary.Opening opening, Set<String> notes) {
        Prefix prefix = opening.prefix();
        if (opening.host() == null) {
            if (prefix != null && !Boundary.isIpv4(prefix)) {
                notes.add("rule '" + opening.rule() + "' allows " + opening.place()
                        + ", and the firewall lets no IPv6 through: left out");
            } else if (opening.requests().isEmpty()) {
                addresses.add(opening);
            } else {
                notes.add("rule '" + opening.rule() + "' allows some requests to " + opening.place()
                        + " alone, and a rule about addresses sees no requests: left out");
            }
            return;
        }
        if (!opening.tcp()) {
            notes.add("rule '" + opening.rule() + "' allows " + opening.place()
                    + " by UDP, and application rules know HTTP and TLS alone: left out");
            return;
        }
        if (opening.ports().first() > MOST_PORT) {
            notes.add("rule '" + opening.rule() + "' allows " + opening.place()
                    + ", and application rules know no port above " + MOST_PORT + ": left out");
            return;
        }
        if (opening.ports().first() != opening.ports().last()) {
            notes.add("rule '" + opening.rule() + "' allows several ports of " + opening.place()
                    + ", and an application rule names each: 80 and 443 are written where they are among them");
        }
        if (!opening.requests().isEmpty()) {
            notes.add("rule '" + opening.rule() + "' allows some requests to " + opening.place()
                    + " alone; an application rule allows the host");
        }
        names.add(opening);
    }

    private void parameter(String name, String type) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("type", type);
        json.writeEndObject();
    }

    private void open(String name, String action) throws IOException {
        taken.clear();
        json.writeStartObject();
        json.writeStringField("ruleCollectionType", "FirewallPolicyFilterRuleCollection");
        json.writeStringField("name", name);
        json.writeNumberField("priority", priority);
        priority += 100;
        json.writeObjectFieldStart("action");
        json.writeStringField("type", action);
        json.writeEndObject();
        json.writeArrayFieldStart("rules");
    }

    private void close() throws IOException {
        json.writeEndArray();
        json.writeEndObject();
    }

    private void network(Boundary.Opening opening) throws IOException {
        Prefix prefix = opening.prefix();
        List<String> protocols = new ArrayList<>();
        if (opening.tcp()) {
            protocols.add("TCP");
        }
        if (opening.udp()) {
            protocols.add("UDP");
        }
        Boundary.Range ports = opening.ports();
        networkRule(
                opening.rule(),
                List.of(prefix == null ? "*" : prefix.toString()),
                protocols,
                List.of(
                        ports.all()
                                ? "*"
                                : ports.first() == ports.last()
                                        ? String.valueOf(ports.first())
                                        : ports.first() + "-" + ports.last()));
    }

    private void networkRule(String name, Collection<String> ranges, List<String> protocols, List<String> ports)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("ruleType", "NetworkRule");
        json.writeStringField("name", unique(name));
        array("ipProtocols", protocols);
        json.writeStringField("sourceAddresses", "[parameters('sourceAddresses')]");
        array("destinationAddresses", ranges);
        array("destinationPorts", ports);
        json.writeEndObject();
    }

    private void application(Boundary.Opening opening) throws IOException {
        Boundary.Range ports = opening.ports();
        if (ports.first() == ports.last()) {
            applicationRule(opening.rule(), Set.of(String.valueOf(opening.host())), ports.first());
            return;
        }
        boolean http = ports.first() <= HTTP && HTTP <= ports.last();
        boolean https = ports.first() <= HTTPS && HTTPS <= ports.last();
        if (http && https) {
            applicationRule(opening.rule(), Set.of(String.valueOf(opening.host())), HTTP, HTTPS);
        } else if (http || https) {
            applicationRule(opening.rule(), Set.of(String.valueOf(opening.host())), http ? HTTP : HTTPS);
        }
    }

    private void applicationRule(String name, Collection<String> hosts, int... ports) throws IOException {
        json.writeStartObject();
        json.writeStringField("ruleType", "ApplicationRule");
        json.writeStringField("name", unique(name));
        json.writeArrayFieldStart("protocols");
        for (int port : ports) {
            if (port != HTTPS) {
                protocol("Http", port);
            }
            if (port != HTTP) {
                protocol("Https", port);
            }
        }
        json.writeEndArray();
        json.writeStringField("sourceAddresses", "[parameters('sourceAddresses')]");
        array("targetFqdns", hosts);
        json.writeEndObject();
    }

    /** A policy's rule may become several, and the names of a collection's rules must differ. */
    private String unique(String name) {
        String free = name;
        for (int i = 2; !taken.add(free); i++) {
            free = name + '-' + i;
        }
        return free;
    }

    private void protocol(String type, int port) throws IOException {
        json.writeStartObject();
        json.writeStringField("protocolType", type);
        json.writeNumberField("port", port);
        json.writeEndObject();
    }

    private void array(String name, Collection<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
