/** Clients that stand on the sockets of the JDK. */
@NullMarked
package com.example.http.classic;

import org.jspecify.annotations.NullMarked;
