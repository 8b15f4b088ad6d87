package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import dev.sallyport.policy.Addresses;

/** Which addresses a name may resolve to for a rule to allow it. */
public enum Resolved {
    PUBLIC,
    PRIVATE,
    ANY;

    /** Returns whether {@code address} is one of them. */
    boolean admits(Address address) {
        return this == ANY || Addresses.isPrivate(address) == (this == PRIVATE);
    }
}
