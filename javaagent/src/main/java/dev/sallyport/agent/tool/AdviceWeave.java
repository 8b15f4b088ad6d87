package dev.sallyport.agent.tool;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;

/**
 * Inlines advice with Byte Buddy, whose first use costs some hundred milliseconds: nothing here is loaded before a class
 * of a framework is.
 */
final class AdviceWeave {

    private AdviceWeave() {}

    /**
     * Returns the woven class file.
     *
     * @throws IllegalStateException if the class has no such method, or several
     */
    static byte[] weave(Framework framework, ClassLoader loader, byte[] classFile) {
        ClassFileLocator target = new ClassFileLocator.Compound(
                ClassFileLocator.Simple.of(framework.type(), classFile), ClassFileLocator.ForClassLoader.of(loader));
        ClassFileLocator own = new ClassFileLocator.Compound(
                ClassFileLocator.ForClassLoader.of(AdviceWeave.class.getClassLoader()), target);
        TypeDescription type =
                TypePool.Default.of(target).describe(framework.type()).resolve();
        TypeDescription advice =
                TypePool.Default.of(own).describe(framework.advice()).resolve();
        type.getDeclaredMethods()
                .filter(ElementMatchers.named(framework.method()))
                .getOnly();
        return new ByteBuddy()
                .with(TypeValidation.DISABLED)
                .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
                .decorate(type, target)
                .visit(Advice.to(advice, own).on(ElementMatchers.named(framework.method())))
                .make()
                .getBytes();
    }
}
