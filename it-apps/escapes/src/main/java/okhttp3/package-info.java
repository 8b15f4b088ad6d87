/** The package of a well-known client, in a jar that is not that client's. */
@NullMarked
package okhttp3;

import org.jspecify.annotations.NullMarked;
