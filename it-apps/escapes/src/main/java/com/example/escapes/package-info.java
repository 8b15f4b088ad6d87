/** Hostile code: each class is one way to get around the gate. */
@NullMarked
package com.example.escapes;

import org.jspecify.annotations.NullMarked;
