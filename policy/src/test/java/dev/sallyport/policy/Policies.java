package dev.sallyport.policy;

import dev.sallyport.policy.load.LoadedPolicy;
import dev.sallyport.policy.load.Overrides;
import dev.sallyport.policy.load.PolicyException;
import dev.sallyport.policy.load.PolicyLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Policies and calls for tests. */
public final class Policies {

    /** The application's own code. */
    public static final Library SHOP = new Library("com.shop", "refund-desk", "1.0", "com.shop");

    private Policies() {}

    /** Loads {@code sections} behind a header. */
    public static LoadedPolicy load(String sections, Overrides overrides) throws PolicyException {
        try {
            Path file = Files.createTempFile("policy", ".yaml");
            try {
                Files.writeString(
                        file,
                        "apiVersion: sallyport.dev/v1\nkind: Policy\nmetadata: {name: test, version: 1}\n" + sections);
                return PolicyLoader.load(file, overrides);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the engine of {@code sections} behind a header; they must be valid. */
    public static PolicyEngine engine(String sections) {
        try {
            return load(sections, Overrides.NONE).engine();
        } catch (PolicyException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Returns the address that a literal stands for. */
    public static Address address(String literal) {
        return Objects.requireNonNull(Addresses.parse(literal));
    }

    /** Returns a TCP connect of agent {@code refund}. */
    public static Call connect(@Nullable String host, @Nullable String address, int port) {
        return connect(host, address, port, null);
    }

    /** Returns a TCP connect of agent {@code refund} for a request. */
    public static Call connect(
            @Nullable String host, @Nullable String address, int port, @Nullable HttpRequest request) {
        Address parsed = address == null ? null : Addresses.parse(address);
        return new Call(Stage.CONNECT, Via.TCP, "refund", SHOP, host, parsed, port, request, null);
    }

    /** Returns an HTTP request of agent {@code refund} whose address is not known yet. */
    public static Call request(String host, String method, String path) {
        return new Call(Stage.HTTP, Via.HTTP, "refund", SHOP, host, null, 443, new Request(method, path), null);
    }

    /** Returns the start of a process. */
    public static Call process(String command) {
        return new Call(Stage.PROCESS, Via.PROCESS, "refund", SHOP, null, null, -1, null, command);
    }

    /** A request without headers but one. */
    public record Request(@Nullable String method, String path) implements HttpRequest {

        @Override
        public String scheme() {
            return "https";
        }

        @Override
        public List<String> headers(String name) {
            return name.equalsIgnoreCase("X-Tenant") ? List.of("shop-7") : List.of();
        }
    }
}
