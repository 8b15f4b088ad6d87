@NullMarked
package dev.sallyport.agent.audit;

import org.jspecify.annotations.NullMarked;
