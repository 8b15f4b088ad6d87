/** Helidon's web client. */
@NullMarked
package com.example.http.helidon;

import org.jspecify.annotations.NullMarked;
