/** Stands for a library that a policy trusts: {@code Client} alone is packed into its jar. */
@NullMarked
package com.trusted;

import org.jspecify.annotations.NullMarked;
