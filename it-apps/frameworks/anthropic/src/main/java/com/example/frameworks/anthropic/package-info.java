/** Anthropic's SDK. */
@NullMarked
package com.example.frameworks.anthropic;

import org.jspecify.annotations.NullMarked;
