/** What an application may use: entering agents, marking tools, and telling a refusal from other failures. */
@NullMarked
package dev.sallyport;

import org.jspecify.annotations.NullMarked;
