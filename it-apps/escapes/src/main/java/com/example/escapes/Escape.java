package com.example.escapes;

/** One way to get around the gate. */
@FunctionalInterface
interface Escape {

    /**
     * Tries to reach a far end.
     *
     * @param words what the escape needs to know, its target first
     * @throws Throwable whatever stands in the way
     */
    void attempt(String... words) throws Throwable;
}
