/** OkHttp, in source that compiles with its versions 3, 4 and 5. */
@NullMarked
package com.example.http.okhttp;

import org.jspecify.annotations.NullMarked;
