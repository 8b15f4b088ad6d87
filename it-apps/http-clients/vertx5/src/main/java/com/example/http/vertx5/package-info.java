/** Vert.x 5. */
@NullMarked
package com.example.http.vertx5;

import org.jspecify.annotations.NullMarked;
