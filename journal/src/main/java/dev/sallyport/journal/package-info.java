/**
 * The journal: what an entry says, its form as a line of JSON, and how it is read back. Nothing here depends on the
 * agent, so the command line and other tools read a journal without it.
 */
@NullMarked
package dev.sallyport.journal;

import org.jspecify.annotations.NullMarked;
