package dev.sallyport.benchmarks;

/** The yardstick: an agent that does nothing. */
public final class EmptyAgent {

    private EmptyAgent() {}

    /** Called by the JVM before the application. */
    public static void premain(String options) {}
}
