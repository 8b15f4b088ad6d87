package dev.sallyport.it;

/** Somebody outside of the child JVM, whom a call reaches or does not. */
interface FarEnd extends AutoCloseable {

    /** Returns how this far end is told to the program that shall reach it. */
    String target();

    /** Returns how many calls have arrived, those included that arrived before this method was called. */
    int seen();

    @Override
    void close();
}
