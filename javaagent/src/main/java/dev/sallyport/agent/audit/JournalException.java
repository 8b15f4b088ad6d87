package dev.sallyport.agent.audit;

/** The journal cannot be written. The message says what was tried, what went wrong, and what to do. */
public final class JournalException extends Exception {

    JournalException(String message) {
        super(message);
    }
}
