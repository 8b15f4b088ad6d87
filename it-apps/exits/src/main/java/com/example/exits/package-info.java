/** A program that tries one way out of the JVM at a time and says what came of it. */
@NullMarked
package com.example.exits;

import org.jspecify.annotations.NullMarked;
