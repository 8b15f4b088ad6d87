package dev.sallyport;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes any method a tool: each call of it is decided by the policy's {@code tools} rules and recorded, and a refused
 * call throws {@link ToolDeniedException} before the method's first line.
 *
 * <p>It says something of the body that it stands at: of a method without one (abstract, of an interface, native) it says
 * nothing, and an overriding method needs its own.
 *
 * <p>The policy's conditions see its arguments by the names of its parameters, if the class was compiled with {@code javac
 * -parameters}; if not, as {@code arg0}, {@code arg1} and so on.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface GuardedTool {

    /** The tool's name in the policy; left out: the method's name. */
    String value() default "";
}
