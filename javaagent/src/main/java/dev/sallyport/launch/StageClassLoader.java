package dev.sallyport.launch;

/**
 * Loads the first class of the start, and nothing else. That class is given the JDK's internals before there is a module to
 * give them to; nobody can reach it, or its loader, once the start is over.
 */
final class StageClassLoader extends ClassLoader {

    /** The first class: it is in the agent's archive, but not loaded there. */
    static final String FIRST = "dev.sallyport.agent.Isolated";

    private final AgentClassLoader agent;

    StageClassLoader(AgentClassLoader agent) {
        super("sallyport-start", agent);
        this.agent = agent;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.equals(FIRST)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            byte[] bytes = agent.classFile(name);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
