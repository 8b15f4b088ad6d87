/** The measured programs: an application that knows nothing of the agent. */
@NullMarked
package com.shop.probe;

import org.jspecify.annotations.NullMarked;
