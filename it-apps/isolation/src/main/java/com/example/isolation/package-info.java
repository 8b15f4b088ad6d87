/** A program that brings other versions of the libraries that the agent uses. */
@NullMarked
package com.example.isolation;

import org.jspecify.annotations.NullMarked;
