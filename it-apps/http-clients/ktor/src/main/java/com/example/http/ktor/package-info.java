/** Ktor. */
@NullMarked
package com.example.http.ktor;

import org.jspecify.annotations.NullMarked;
