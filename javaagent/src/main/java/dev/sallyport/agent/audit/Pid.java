package dev.sallyport.agent.audit;

import java.io.File;
import java.io.IOException;

/** This process's id. */
final class Pid {

    /** The id in decimal. */
    static final String TEXT = read();

    private Pid() {}

    /** Linux names it in a link; {@code ProcessHandle}, the way elsewhere, takes 15 ms on a cold JVM. */
    private static String read() {
        try {
            String name = new File("/proc/self").getCanonicalFile().getName();
            if (!name.isEmpty() && name.charAt(0) >= '1' && name.charAt(0) <= '9') {
                return name;
            }
        } catch (IOException noProc) {
            return Long.toString(ProcessHandle.current().pid());
        }
        return Long.toString(ProcessHandle.current().pid());
    }
}
