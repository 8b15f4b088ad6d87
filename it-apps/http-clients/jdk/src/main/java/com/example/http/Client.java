package com.example.http;

import java.net.URI;

/** An HTTP client with one pool of connections, which follows redirects if it can. Used by one thread at a time. */
@FunctionalInterface
public interface Client {

    /**
     * Makes a request, with a short body if the method has one.
     *
     * @return the status of the last response
     * @throws Exception what the client throws
     */
    int send(String method, URI url) throws Exception;
}
