package com.example.threads;

import dev.sallyport.AgentScope;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlin.coroutines.jvm.internal.ContinuationImpl;
import kotlin.coroutines.jvm.internal.SuspendLambda;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineDispatcher;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.DelayKt;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.ExecutorsKt;
import kotlinx.coroutines.GlobalScope;
import kotlinx.coroutines.future.FutureKt;

/** Kotlin's coroutines: what its compiler makes of suspending functions, written by hand. */
final class Coroutines {

    private Coroutines() {}

    static void add(Map<String, Handover> all) {
        ExecutorService pool = Executors.newFixedThreadPool(1, Handovers.daemons());
        add(all, "Dispatchers.Default", Dispatchers.getDefault());
        add(all, "Dispatchers.IO", Dispatchers.getIO());
        add(all, "Dispatchers.Unconfined", Dispatchers.getUnconfined());
        add(all, "an executor's dispatcher", ExecutorsKt.from(pool));
        all.put(
                "a coroutine that has waited for another agent's",
                work -> FutureKt.asCompletableFuture(BuildersKt.async(
                                GlobalScope.INSTANCE,
                                Dispatchers.getDefault(),
                                CoroutineStart.DEFAULT,
                                new Waiting(work, null)))
                        .get(20, TimeUnit.SECONDS));
        all.put("Dispatchers.IO as an executor", work -> {
            var answer = new Answer(work);
            ExecutorsKt.asExecutor(Dispatchers.getIO()).execute(answer);
            return answer.get();
        });
    }

    private static void add(Map<String, Handover> all, String name, CoroutineDispatcher dispatcher) {
        all.put("async on " + name, work -> run(dispatcher, new Body(work, 0, null)));
        all.put("async on " + name + ", after delay()", work -> run(dispatcher, new Body(work, 3, null)));
    }

    private static String run(CoroutineContext context, Body body) throws Exception {
        return FutureKt.asCompletableFuture(
                        BuildersKt.async(GlobalScope.INSTANCE, context, CoroutineStart.DEFAULT, body))
                .get(20, TimeUnit.SECONDS);
    }

    /** {@code { repeat(delays) { delay(1) }; work() }}. */
    private static final class Body extends SuspendLambda
            implements Function2<CoroutineScope, Continuation<? super String>, Object> {

        private static final long serialVersionUID = 1L;

        private final transient Callable<String> work;
        private int left;

        @SuppressWarnings("unchecked")
        Body(Callable<String> work, int delays, Continuation<?> completion) {
            super(2, (Continuation<Object>) completion);
            this.work = work;
            this.left = delays;
        }

        @Override
        public Continuation<Unit> create(Object value, Continuation<?> completion) {
            @SuppressWarnings("unchecked")
            Continuation<Unit> made = (Continuation<Unit>) (Continuation<?>) new Body(work, left, completion);
            return made;
        }

        @Override
        public Object invoke(CoroutineScope scope, Continuation<? super String> completion) {
            return ((Body) (Continuation<?>) create(scope, completion)).invokeSuspend(Unit.INSTANCE);
        }

        @Override
        protected Object invokeSuspend(Object result) {
            while (left > 0) {
                left--;
                Object suspended = IntrinsicsKt.getCOROUTINE_SUSPENDED();
                @SuppressWarnings("unchecked")
                Continuation<Unit> here = (Continuation<Unit>) (Continuation<?>) this;
                if (DelayKt.delay(1, here) == suspended) {
                    return suspended;
                }
            }
            return Handovers.call(work);
        }
    }

    /** {@code { AgentScope.enter("agent-c").use { suspend { delay(1) }() }; work() }}. */
    private static final class Waiting extends SuspendLambda
            implements Function2<CoroutineScope, Continuation<? super String>, Object> {

        private static final long serialVersionUID = 1L;

        private final transient Callable<String> work;
        private boolean waited;

        @SuppressWarnings("unchecked")
        Waiting(Callable<String> work, Continuation<?> completion) {
            super(2, (Continuation<Object>) completion);
            this.work = work;
        }

        @Override
        public Continuation<Unit> create(Object value, Continuation<?> completion) {
            @SuppressWarnings("unchecked")
            Continuation<Unit> made = (Continuation<Unit>) (Continuation<?>) new Waiting(work, completion);
            return made;
        }

        @Override
        public Object invoke(CoroutineScope scope, Continuation<? super String> completion) {
            return ((Waiting) (Continuation<?>) create(scope, completion)).invokeSuspend(Unit.INSTANCE);
        }

        @Override
        @SuppressWarnings("try")
        protected Object invokeSuspend(Object result) {
            if (!waited) {
                waited = true;
                Object suspended = IntrinsicsKt.getCOROUTINE_SUSPENDED();
                try (AgentScope other = AgentScope.enter("agent-c")) {
                    @SuppressWarnings("unchecked")
                    Continuation<Unit> there = (Continuation<Unit>) (Continuation<?>) new Awaited(this);
                    if (DelayKt.delay(1, there) == suspended) {
                        return suspended;
                    }
                }
            }
            return Handovers.call(work);
        }
    }

    /** What is waited for: when its delay is over, it ends, and the one that waits goes on, on the same thread. */
    private static final class Awaited extends ContinuationImpl {

        private static final long serialVersionUID = 1L;

        Awaited(Continuation<Object> waiting) {
            super(waiting);
        }

        @Override
        protected Object invokeSuspend(Object result) {
            return Unit.INSTANCE;
        }
    }
}
