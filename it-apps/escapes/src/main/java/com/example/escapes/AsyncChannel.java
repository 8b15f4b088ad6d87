package com.example.escapes;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.ExecutionException;

/** Connects by a channel whose work is done on threads of its own. */
final class AsyncChannel implements Escape {

    @Override
    public void attempt(String... words) throws Throwable {
        try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
            channel.connect(Target.of(words[0])).get(30, SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
