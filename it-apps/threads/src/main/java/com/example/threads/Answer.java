package com.example.threads;

import java.util.TimerTask;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A Runnable whose answer can be waited for. */
final class Answer implements Runnable {

    private final CompletableFuture<String> answer = new CompletableFuture<>();
    private final Callable<String> work;

    Answer(Callable<String> work) {
        this.work = work;
    }

    @Override
    public void run() {
        answer.complete(Handovers.call(work));
    }

    TimerTask timed() {
        return new TimerTask() {
            @Override
            public void run() {
                Answer.this.run();
            }
        };
    }

    String get() throws Exception {
        return answer.get(20, TimeUnit.SECONDS);
    }
}
