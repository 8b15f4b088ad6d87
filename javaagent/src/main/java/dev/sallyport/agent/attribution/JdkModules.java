package dev.sallyport.agent.attribution;

/** Tells the JDK's own classes from others, for those too that the system loader defines: attaching, tools, terminals. */
final class JdkModules {

    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    private static final ClassValue<Boolean> OF_JDK = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isOfImage(type.getModule());
        }
    };

    private JdkModules() {}

    /** Returns whether a class belongs to the JDK. */
    static boolean contains(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == PLATFORM || (type.getModule().isNamed() && OF_JDK.get(type));
    }

    /** A module's name alone says nothing: anybody may call theirs {@code jdk.something}. */
    private static boolean isOfImage(Module module) {
        String name = module.getName();
        if (module.getLayer() != ModuleLayer.boot() || !(name.startsWith("jdk.") || name.startsWith("java."))) {
            return false;
        }
        return ModuleLayer.boot()
                .configuration()
                .findModule(name)
                .flatMap(resolved -> resolved.reference().location())
                .map(location -> "jrt".equals(location.getScheme()))
                .orElse(false);
    }
}
