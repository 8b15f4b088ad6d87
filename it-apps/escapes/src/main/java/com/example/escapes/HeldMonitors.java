package com.example.escapes;

import java.util.concurrent.CountDownLatch;

/** Holds the monitors of all threads of an agent for ever, which any code can do. */
final class HeldMonitors implements Escape {

    @Override
    public void attempt(String... words) throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("sallyport")) {
                hold(thread);
            }
        }
    }

    private static void hold(Thread thread) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        Thread holder = new Thread(() -> {
            synchronized (thread) {
                held.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    // then it ends
                }
            }
        });
        holder.setDaemon(true);
        holder.start();
        held.await();
    }
}
