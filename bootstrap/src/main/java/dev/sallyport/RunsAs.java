package dev.sallyport;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The annotated method, or each public method of the annotated class, runs as the named agent: it is entered when the
 * method is called and left when the method returns or throws. The delegation is checked as {@link AgentScope} says.
 *
 * <p>It says something of the bodies that it stands at: not of methods without one, nor of those that override the method or
 * that the class inherits; constructors are left out.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface RunsAs {

    /** The agent's name in the policy. */
    String value();
}
