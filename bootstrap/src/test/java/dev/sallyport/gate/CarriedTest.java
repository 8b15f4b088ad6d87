package dev.sallyport.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.AgentScope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What woven code relies on, called here as woven code calls it. */
@SuppressWarnings("try")
class CarriedTest {

    private final List<String> seen = new ArrayList<>();

    @AfterEach
    void nothingIsLeftOnTheThread() {
        assertThat(AgentScope.current()).isNull();
    }

    @Test
    void aQueuedTaskRunsForWhoQueuedIt() {
        Runnable task = new Look();
        try (AgentScope a = AgentScope.enter("a")) {
            assertThat(Carried.queued(task)).isSameAs(task);
        }
        try (AgentScope b = AgentScope.enter("b")) {
            runInPool(task);
            see();
        }
        assertThat(seen).containsExactly("a", "b");
    }

    @Test
    void aTaskQueuedByNobodyRunsForNobody() {
        Runnable task = new Look();
        try (AgentScope a = AgentScope.enter("a")) {
            see();
        }
        Carried.queued(task);
        try (AgentScope b = AgentScope.enter("b")) {
            runInPool(task);
        }
        assertThat(seen).containsExactly("a", "nobody");
    }

    @Test
    void aSignalRunsForWhoMadeItsReceiverWhoeverSignals() {
        Object subscriber = new Object();
        try (AgentScope a = AgentScope.enter("a")) {
            Carried.made(subscriber);
        }
        try (AgentScope b = AgentScope.enter("b")) {
            Carried.signal(subscriber);
            see();
            Carried.signal(subscriber);
            see();
            Carried.signalled(subscriber);
            see();
            Carried.signalled(subscriber);
            see();
        }
        assertThat(seen).containsExactly("a", "a", "a", "b");
    }

    @Test
    void aSignalForWhatNobodyMadeRunsForNobody() {
        Object subscriber = new Object();
        Carried.made(subscriber);
        try (AgentScope a = AgentScope.enter("a")) {
            Carried.signal(subscriber);
            see();
            Carried.signalled(subscriber);
            see();
        }
        assertThat(seen).containsExactly("nobody", "a");
    }

    @Test
    void aSourceThatNobodyCarriesRunsForTheSubscriber() {
        Object carried = new Object();
        Object plain = new Object();
        try (AgentScope a = AgentScope.enter("a")) {
            Gate.carry(carried);
        }
        try (AgentScope b = AgentScope.enter("b")) {
            for (Object source : List.of(carried, plain)) {
                Carried.subscribes(source);
                see();
                Carried.signalled(source);
            }
        }
        assertThat(seen).containsExactly("a", "b");
    }

    @Test
    void oneObjectThatWaitsForTwoRunsForNeither() {
        Runnable task = new Look();
        try (AgentScope a = AgentScope.enter("a")) {
            Carried.queued(task);
        }
        try (AgentScope b = AgentScope.enter("b")) {
            Carried.queued(task);
        }
        runInPool(task);
        runInPool(task);
        assertThat(seen).containsExactly("nobody", "nobody");
    }

    @Test
    void oneObjectThatWaitsForSomebodyAndNobodyRunsForNobody() {
        Runnable task = new Look();
        try (AgentScope a = AgentScope.enter("a")) {
            Carried.queued(task);
        }
        Carried.queued(task);
        runInPool(task);
        runInPool(task);
        assertThat(seen).containsExactly("nobody", "nobody");
    }

    @Test
    void afterItHasRunAnObjectMayBeQueuedByAnother() {
        Runnable task = new Look();
        try (AgentScope a = AgentScope.enter("a")) {
            Carried.queued(task);
        }
        runInPool(task);
        try (AgentScope b = AgentScope.enter("b")) {
            Carried.queued(task);
        }
        runInPool(task);
        assertThat(seen).containsExactly("a", "b");
    }

    @Test
    void aRejectedObjectMayBeQueuedByAnother() {
        Runnable task = new Look();
        try (AgentScope a = AgentScope.enter("a")) {
            Carried.rejected(Carried.queued(task));
        }
        try (AgentScope b = AgentScope.enter("b")) {
            Carried.queued(task);
        }
        runInPool(task);
        assertThat(seen).containsExactly("b");
    }

    @Test
    void oneLambdaThatWaitsForTwoRunsForEach() {
        Runnable task = this::see;
        Runnable first;
        Runnable second;
        try (AgentScope a = AgentScope.enter("a")) {
            first = Carried.queued(task);
        }
        try (AgentScope b = AgentScope.enter("b")) {
            second = Carried.queued(task);
        }
        runInPool(second);
        runInPool(first);
        assertThat(seen).containsExactly("b", "a");
    }

    @Test
    void aScopeThatATaskLeavesOpenEndsWithTheTask() {
        Runnable leaving = new Look() {
            @Override
            public void run() {
                AgentScope.enter("left-open");
                see();
            }
        };
        runInPool(leaving);
        see();
        try (AgentScope a = AgentScope.enter("a")) {
            Carried.queued(leaving);
            runInPool(leaving);
            see();
        }
        assertThat(seen).containsExactly("left-open", "nobody", "left-open", "a");
    }

    @Test
    void aTaskRunsForItsMakerAndThenNoLonger() {
        FutureTask<String> task;
        try (AgentScope a = AgentScope.enter("a")) {
            task = new FutureTask<>(() -> "");
            Carried.made(task);
        }
        try (AgentScope b = AgentScope.enter("b")) {
            Carried.start(task);
            see();
            Carried.end(task);
            see();
            task.run();
            Carried.start(task);
            Carried.end(task);
            Carried.start(task);
            see();
            Carried.endOnce(task);
        }
        assertThat(seen).containsExactly("a", "b", "nobody");
    }

    @Test
    void aThreadRunsForWhoStartedIt() throws InterruptedException {
        Thread thread = new Thread(new Look());
        try (AgentScope a = AgentScope.enter("a")) {
            Carried.threadStarted(thread, new Look());
            thread.start();
        }
        thread.join();
        assertThat(seen).containsExactly("a");
    }

    @Test
    void aPoolsThreadRunsForNobody() throws InterruptedException {
        Thread thread = new Thread(new Look());
        FutureTask<String> jdk = new FutureTask<>(() -> "");
        try (AgentScope a = AgentScope.enter("a")) {
            assertThat(Workers.serveAll(Look.class)).isFalse();
            assertThat(Workers.serveAll(jdk.getClass())).isFalse();
            Carried.threadStarted(thread, Thread.currentThread());
            thread.start();
        }
        thread.join();
        assertThat(seen).containsExactly("nobody");
    }

    private void see() {
        String agent = AgentScope.current();
        synchronized (seen) {
            seen.add(agent == null ? "nobody" : agent);
        }
    }

    private class Look implements Runnable {

        @Override
        public void run() {
            see();
        }
    }

    /** What a thread pool does with a task. */
    private static void runInPool(Runnable task) {
        Carried.runs(task);
        try {
            task.run();
        } finally {
            Carried.ran(task);
        }
    }
}
