package dev.sallyport.agent.tool;

import java.util.List;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/**
 * Inlines advice with Byte Buddy, whose first use costs some hundred milliseconds: nothing here is loaded before a class
 * of a framework is.
 */
final class AdviceWeave {

    private AdviceWeave() {}

    /** A row's method, if it has a body. */
    private record Woven(Framework framework) implements ElementMatcher<MethodDescription> {

        @Override
        public boolean matches(@Nullable MethodDescription target) {
            return target != null
                    && !target.isAbstract()
                    && !target.isBridge()
                    && framework.isMethod(target.getInternalName(), target.getDescriptor());
        }
    }

    /**
     * Returns the woven class file, or null if there is nothing to weave.
     *
     * @param name the class's binary name
     * @param frameworks the rows that are about the class
     * @throws IllegalStateException if a row names this class and it does not have the method
     */
    static byte @Nullable [] weave(String name, List<Framework> frameworks, ClassLoader loader, byte[] classFile) {
        ClassFileLocator target = new ClassFileLocator.Compound(
                ClassFileLocator.Simple.of(name, classFile), ClassFileLocator.ForClassLoader.of(loader));
        ClassFileLocator own = new ClassFileLocator.Compound(
                ClassFileLocator.ForClassLoader.of(AdviceWeave.class.getClassLoader()), target);
        TypeDescription type = TypePool.Default.of(target).describe(name).resolve();
        TypePool advices = TypePool.Default.of(own);
        DynamicType.Builder<?> builder = new ByteBuddy()
                .with(TypeValidation.DISABLED)
                .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
                .decorate(type, target);
        boolean woven = false;
        for (Framework framework : frameworks) {
            Woven method = new Woven(framework);
            if (!type.getDeclaredMethods().filter(method).isEmpty()) {
                String adviceName = AdviceWeave.class.getPackageName() + '.' + framework.advice();
                TypeDescription advice = advices.describe(adviceName).resolve();
                builder = builder.visit(Advice.to(advice, own).on(method));
                woven = true;
            } else if (!framework.below()) {
                throw new IllegalStateException(
                        name + " has no method " + framework.method() + framework.parameters() + " to weave");
            }
        }
        return woven ? builder.make().getBytes() : null;
    }
}
