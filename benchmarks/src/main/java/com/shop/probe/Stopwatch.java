package com.shop.probe;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What a block of calls takes, of time and of the calling thread's processor. */
final class Stopwatch {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long start = System.nanoTime();
    private final long cpuStart = THREADS.getCurrentThreadCpuTime();

    /** Returns the nanoseconds of each of so many calls, and those for which their thread had a processor. */
    String figures(int calls) {
        long cpu = THREADS.getCurrentThreadCpuTime() - cpuStart;
        long wall = System.nanoTime() - start;
        return wall / calls + " " + cpu / calls;
    }
}
