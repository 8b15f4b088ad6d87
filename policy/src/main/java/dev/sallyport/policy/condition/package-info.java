/** What a rule may ask of a call beyond who makes it and where it goes: its arguments, its task, what went before. */
@NullMarked
package dev.sallyport.policy.condition;

import org.jspecify.annotations.NullMarked;
