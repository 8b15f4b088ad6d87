/**
 * The product as a user meets it: real programs in JVMs of their own, with and without {@code -javaagent}, on every JDK
 * found. The witness of each refusal is the far end.
 */
package dev.sallyport.it;
