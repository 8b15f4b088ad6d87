package dev.sallyport.it;

/**
 * A child JVM that came to its end.
 *
 * @param status its exit status
 * @param out its standard output
 * @param err its standard error
 */
record Exited(int status, String out, String err) {}
