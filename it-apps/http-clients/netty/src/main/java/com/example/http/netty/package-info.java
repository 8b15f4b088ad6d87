/** Clients that stand on Netty. */
@NullMarked
package com.example.http.netty;

import org.jspecify.annotations.NullMarked;
