package dev.sallyport.policy;

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
    @Nullable
    String header(String name);
}
