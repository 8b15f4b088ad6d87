/** The drivers that start the measured programs in JVMs of their own, and the JMH benchmarks. */
@NullMarked
package dev.sallyport.benchmarks;

import org.jspecify.annotations.NullMarked;
