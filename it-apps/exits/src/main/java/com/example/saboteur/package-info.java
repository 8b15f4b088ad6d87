/** Another agent in the same JVM, which spoils the classes that the next one wants to weave. */
@NullMarked
package com.example.saboteur;

import org.jspecify.annotations.NullMarked;
