package com.example.exits;

/** One way out of the JVM. */
@FunctionalInterface
interface Exit {

    /**
     * Tries to get out.
     *
     * @param target where to: {@code host:port}, a host name or a path, as the kind of exit has it
     * @throws Throwable what the JDK, or whoever stands in the way, says
     */
    void leave(String target) throws Throwable;
}
