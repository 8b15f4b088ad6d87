package dev.sallyport.policy.content;

/** A pattern that a policy brings itself. Takes time that grows with the text and not with its contents. Immutable. */
public interface OwnPattern {

    /** Returns its name in the policy. */
    String name();

    /** Returns the pattern as it was written. */
    String text();

    /**
     * Looks for the pattern in UTF-8.
     *
     * @param from where to begin
     * @return where the first match begins and where it ends, as two ints in a long (the first in the upper half); -1 if
     *     there is none
     */
    long find(byte[] text, int from);
}
