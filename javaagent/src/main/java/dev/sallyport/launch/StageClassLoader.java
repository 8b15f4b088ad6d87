package dev.sallyport.launch;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads the first class of the start, and nothing else. That class is given the JDK's internals before there is a module to
 * give them to; nobody can reach it, or its loader, once the start is over.
 */
final class StageClassLoader extends ClassLoader implements Supplier<@Nullable Object[][]>, Consumer<ClassLoader> {

    /** The first class: it is in the agent's archive, but not loaded there. */
    static final String FIRST = "dev.sallyport.agent.Isolated";

    private final AgentClassLoader reading;
    private @Nullable ClassLoader agent;

    /**
     * Creates it.
     *
     * @param reading what reads the agent's jar until the loader of the agent's classes is there
     */
    StageClassLoader(AgentClassLoader reading) {
        super("sallyport-start", reading);
        this.reading = reading;
    }

    /** Returns what was read of the agent's jar. */
    @Override
    public @Nullable Object[][] get() {
        return reading.parts();
    }

    /** Takes the loader of the agent's classes. */
    @Override
    public void accept(ClassLoader loader) {
        agent = loader;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.equals(FIRST)) {
            ClassLoader loader = agent;
            return loader == null ? super.loadClass(name, resolve) : loader.loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            byte[] bytes = reading.classFile(name);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
