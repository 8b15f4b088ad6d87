package dev.sallyport.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The policy of a small shop, for tests. */
final class Shop {

    static final String HEAD =
            "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: refunds, version: \"1\"}\n";

    static final String SECTIONS = """
            groups:
              psp: {fqdn: [api.psp.example], ports: [443]}
              orders: {fqdn: [orders.internal.example], ports: [443], resolved: private}
              spokes: {cidr: [10.20.0.0/16]}
            agents:
              orchestrator: {delegatesTo: [refund]}
              refund:
            egress:
              - {id: no-shell, via: [process], to: ["**"], action: deny}
              - {id: deny-spokes, to: [spokes], action: deny}
              - id: refund-psp
                agent: [refund]
                library: ["com.shop:*"]
                to: [psp]
                http: [{method: POST, path: /v1/refunds}]
                action: allow
              - {id: order-reads, agent: [orchestrator], to: [orders], http: [{method: GET, path: /orders/*}], action: allow}
              - {id: new-region, to: ["*.westeurope.example"], action: allow, mode: monitor}
            tools:
              - {id: route, agent: [orchestrator], tool: [delegate], action: allow}
              - {id: destructive, tool: ["delete*"], action: deny}
            """;

    private Shop() {}

    /** Writes the policy as {@code refunds.yaml}. */
    static Path policy(Path dir) throws IOException {
        return policy(dir, "refunds.yaml", SECTIONS);
    }

    /** Writes a policy of {@code sections}. */
    static Path policy(Path dir, String name, String sections) throws IOException {
        return Files.writeString(dir.resolve(name), HEAD + sections);
    }
}
