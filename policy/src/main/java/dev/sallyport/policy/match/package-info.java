/** Whether a rule means a call, and which rules can mean it at all. */
@NullMarked
package dev.sallyport.policy.match;

import org.jspecify.annotations.NullMarked;
