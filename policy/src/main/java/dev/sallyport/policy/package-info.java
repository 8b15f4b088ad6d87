/** The policy's model and the engine that decides calls by it: a library without side effects. */
@NullMarked
package dev.sallyport.policy;

import org.jspecify.annotations.NullMarked;
