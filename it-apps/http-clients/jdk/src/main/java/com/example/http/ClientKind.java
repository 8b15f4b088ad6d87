package com.example.http;

/** A library that makes HTTP requests; found by {@link java.util.ServiceLoader}. */
public interface ClientKind {

    /** Returns what it is called on the program's standard input. */
    String name();

    /** Makes a client of its own. */
    Client client(Wiring wiring) throws Exception;
}
