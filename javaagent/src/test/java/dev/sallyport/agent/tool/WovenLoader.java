package dev.sallyport.agent.tool;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Loads some classes of the test's class path a second time, as an application's loader whose classes are woven. */
final class WovenLoader extends ClassLoader {

    private final LibraryWeave weave;
    private final String[] prefixes;

    WovenLoader(LibraryWeave weave, String... prefixes) {
        super(WovenLoader.class.getClassLoader());
        this.weave = weave;
        this.prefixes = prefixes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                synchronized (getClassLoadingLock(name)) {
                    Class<?> loaded = findLoadedClass(name);
                    return loaded == null ? define(name) : loaded;
                }
            }
        }
        return super.loadClass(name, resolve);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String internal = name.replace('.', '/');
        try (InputStream in = getResourceAsStream(internal + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] original = in.readAllBytes();
            byte @Nullable [] woven = weave.weave(this, internal, null, original);
            byte[] bytes = woven == null ? original : woven;
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
