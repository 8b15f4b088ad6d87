package dev.sallyport.policy;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The HTTP facts of a call. Implemented where the client is known; read on the calling thread only. */
public interface HttpRequest {

    /** Returns the method in upper case, or null while the client may still change it. */
    @Nullable
    String method();

    /** Returns {@code http} or {@code https}. */
    String scheme();

    /** Returns the path as it stands on the request line, without the query; {@code "/"} if empty. */
    String path();

    /** Returns the first value of a request header, or null; names compare without case. */
    default @Nullable String header(String name) {
        List<String> values = headers(name);
        return values.isEmpty() ? null : values.get(0);
    }

    /** Returns all values of a header, in the order in which they are sent; empty if it has none. */
    List<String> headers(String name);

    /** Returns the query as it stands on the request line, without the question mark; null if there is none, or it is not known. */
    default @Nullable String query() {
        return null;
    }

    /** Hands over the name and the value of each header that the client shows; of several of a name, each. */
    default void eachHeader(BiConsumer<String, String> taker) {}
}
