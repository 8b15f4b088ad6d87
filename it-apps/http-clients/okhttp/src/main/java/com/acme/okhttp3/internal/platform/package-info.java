/** A package that poses as a copy of OkHttp's. */
@NullMarked
package com.acme.okhttp3.internal.platform;

import org.jspecify.annotations.NullMarked;
