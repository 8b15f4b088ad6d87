/** Clients upon other clients. */
@NullMarked
package com.example.http.upon;

import org.jspecify.annotations.NullMarked;
