/** Stands for a dependency that nobody gave an agent to: it is packed into a jar of its own. */
@NullMarked
package com.vendor;

import org.jspecify.annotations.NullMarked;
