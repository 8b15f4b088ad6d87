package com.example.threads;

import dev.sallyport.AgentScope;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The ways to give work to another thread. Each keeps its pool, so that one agent's thread meets the next agent. */
final class Handovers {

    private Handovers() {}

    static Map<String, Handover> all() {
        Map<String, Handover> all = new LinkedHashMap<>();
        pools(all);
        schedules(all);
        forkJoin(all);
        futures(all);
        threads(all);
        if (Runtime.version().feature() >= 21) {
            virtual(all);
        }
        return all;
    }

    private static ExecutorService one() {
        return Executors.newFixedThreadPool(1, daemons());
    }

    static ThreadFactory daemons() {
        return work -> {
            Thread thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static void pools(Map<String, Handover> all) {
        ExecutorService fixed = one();
        all.put("ThreadPoolExecutor.execute", work -> {
            var answer = new Answer(work);
            fixed.execute(answer);
            return answer.get();
        });
        all.put("ThreadPoolExecutor.execute of a lambda", work -> {
            var answer = new Answer(work);
            fixed.execute(() -> answer.run());
            return answer.get();
        });
        all.put(
                "ThreadPoolExecutor.submit of a Callable",
                work -> fixed.submit(work).get());
        all.put("ThreadPoolExecutor.submit of a Runnable", work -> {
            var answer = new Answer(work);
            fixed.submit(answer);
            return answer.get();
        });
        all.put("invokeAll", work -> same(fixed.invokeAll(List.of(work, work))));
        all.put("invokeAny", work -> fixed.invokeAny(List.of(work, work)));
        ExecutorService cached = Executors.newCachedThreadPool(daemons());
        all.put("newCachedThreadPool", work -> cached.submit(work).get());
        ExecutorService single = Executors.newSingleThreadExecutor(daemons());
        all.put("newSingleThreadExecutor", work -> single.submit(work).get());
        ExecutorService plain = Executors.newFixedThreadPool(1, Thread::new);
        all.put(
                "a pool with a thread factory of one's own",
                work -> plain.submit(work).get());
        all.put("ExecutorCompletionService", work -> {
            var completion = new ExecutorCompletionService<String>(fixed);
            completion.submit(work);
            return completion.take().get();
        });
        ExecutorService outer = one();
        all.put(
                "a pool's task that uses another pool",
                work -> outer.submit(() -> fixed.submit(work).get()).get());
        var full = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(1),
                daemons(),
                new ThreadPoolExecutor.CallerRunsPolicy());
        all.put("CallerRunsPolicy", work -> {
            List<Answer> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                var answer = new Answer(work);
                answers.add(answer);
                full.execute(answer);
            }
            return sameAnswers(answers);
        });
        var inline = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons());
        all.put("a pool whose last task left its scope open", work -> {
            fixed.execute(() -> AgentScope.enter("agent-c"));
            return fixed.submit(work).get();
        });
        var watching = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons()) {
            @Override
            protected void beforeExecute(Thread thread, Runnable task) {
                if (!(task instanceof Answer)) {
                    throw new IllegalStateException("the pool's owner does not see the task");
                }
            }
        };
        all.put("a pool whose owner looks at the tasks", work -> {
            var answer = new Answer(work);
            watching.execute(answer);
            return answer.get();
        });
        all.put("a Runnable that is queued twice", work -> {
            var answer = new Answer(work);
            inline.execute(answer);
            inline.execute(answer);
            return answer.get();
        });
    }

    private static void schedules(Map<String, Handover> all) {
        ScheduledExecutorService scheduled = new ScheduledThreadPoolExecutor(1, daemons());
        all.put(
                "schedule",
                work -> scheduled.schedule(work, 1, TimeUnit.MILLISECONDS).get());
        all.put("ScheduledThreadPoolExecutor.execute", work -> {
            var answer = new Answer(work);
            scheduled.execute(answer);
            return answer.get();
        });
        all.put("scheduleAtFixedRate, third run", work -> {
            var third = new ArrayBlockingQueue<String>(16);
            ScheduledFuture<?> runs =
                    scheduled.scheduleAtFixedRate(() -> third.offer(call(work)), 0, 1, TimeUnit.MILLISECONDS);
            third.take();
            third.take();
            String answer = third.take();
            runs.cancel(false);
            return answer;
        });
        Timer timer = new Timer("timer", true);
        all.put("Timer", work -> {
            var answer = new Answer(work);
            timer.schedule(answer.timed(), 1);
            return answer.get();
        });
        all.put("Timer, third run", work -> {
            var third = new ArrayBlockingQueue<String>(16);
            TimerTask task = new TimerTask() {
                @Override
                public void run() {
                    third.offer(call(work));
                }
            };
            timer.schedule(task, 0, 1);
            third.take();
            third.take();
            String answer = third.take();
            task.cancel();
            return answer;
        });
    }

    private static void forkJoin(Map<String, Handover> all) {
        ForkJoinPool pool = new ForkJoinPool(1);
        all.put("ForkJoinPool.execute", work -> {
            var answer = new Answer(work);
            pool.execute(answer);
            return answer.get();
        });
        all.put("ForkJoinPool.submit of a Callable", work -> pool.submit(work).get());
        all.put("ForkJoinPool.submit of a Runnable", work -> {
            var answer = new Answer(work);
            pool.submit((Runnable) answer).get();
            return answer.get();
        });
        all.put("RecursiveTask", work -> pool.invoke(new Fork(work, 4)));
        all.put(
                "ForkJoinTask.adapt",
                work -> pool.submit(ForkJoinTask.adapt(work)).get());
        ExecutorService stealing = Executors.newWorkStealingPool(2);
        all.put("newWorkStealingPool", work -> stealing.submit(work).get());
        all.put(
                "parallel stream",
                work -> distinct(IntStream.range(0, 500)
                        .parallel()
                        .mapToObj(i -> call(work))
                        .collect(Collectors.toList())));
        all.put(
                "parallel stream in a pool",
                work -> pool.submit(() -> distinct(IntStream.range(0, 500)
                                .parallel()
                                .mapToObj(i -> call(work))
                                .collect(Collectors.toList())))
                        .get());
    }

    private static void futures(Map<String, Handover> all) {
        ExecutorService pool = one();
        all.put(
                "supplyAsync",
                work -> CompletableFuture.supplyAsync(() -> call(work)).get());
        all.put(
                "supplyAsync on a pool",
                work -> CompletableFuture.supplyAsync(() -> call(work), pool).get());
        all.put(
                "supplyAsync on a thread for each task",
                work -> CompletableFuture.supplyAsync(() -> call(work), task -> new Thread(task).start())
                        .get());
        all.put("runAsync", work -> {
            var answer = new Answer(work);
            CompletableFuture.runAsync(answer).get();
            return answer.get();
        });
        all.put(
                "delayedExecutor",
                work -> CompletableFuture.supplyAsync(
                                () -> call(work), CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS))
                        .get());
        all.put("thenApply", work -> later(source -> source.thenApply(x -> call(work))));
        all.put("thenApplyAsync", work -> later(source -> source.thenApplyAsync(x -> call(work))));
        all.put("thenApplyAsync on a pool", work -> later(source -> source.thenApplyAsync(x -> call(work), pool)));
        all.put("thenAccept", work -> {
            var answer = new Answer(work);
            later(source -> source.thenAccept(x -> answer.run()).thenApply(x -> ""));
            return answer.get();
        });
        all.put("thenRun", work -> {
            var answer = new Answer(work);
            later(source -> source.thenRun(answer).thenApply(x -> ""));
            return answer.get();
        });
        all.put("handle", work -> later(source -> source.handle((x, e) -> call(work))));
        all.put("whenComplete", work -> {
            var answer = new Answer(work);
            later(source -> source.whenComplete((x, e) -> answer.run()));
            return answer.get();
        });
        all.put("exceptionally", work -> {
            var source = new CompletableFuture<String>();
            CompletableFuture<String> result = source.exceptionally(e -> call(work));
            elsewhere(() -> source.completeExceptionally(new IllegalStateException()));
            return result.get();
        });
        all.put("exceptionallyCompose", work -> {
            var source = new CompletableFuture<String>();
            CompletableFuture<String> result =
                    source.exceptionallyCompose(e -> CompletableFuture.completedFuture(call(work)));
            elsewhere(() -> source.completeExceptionally(new IllegalStateException()));
            return result.get();
        });
        all.put(
                "thenCompose",
                work -> later(source -> source.thenCompose(x -> CompletableFuture.completedFuture(call(work)))));
        all.put(
                "thenCombine",
                work -> later(
                        source -> source.thenCombine(CompletableFuture.completedFuture(""), (x, y) -> call(work))));
        all.put("thenAcceptBoth", work -> {
            var answer = new Answer(work);
            later(source -> source.thenAcceptBoth(CompletableFuture.completedFuture(""), (x, y) -> answer.run())
                    .thenApply(x -> ""));
            return answer.get();
        });
        all.put("runAfterBoth", work -> {
            var answer = new Answer(work);
            later(source -> source.runAfterBoth(CompletableFuture.completedFuture(""), answer)
                    .thenApply(x -> ""));
            return answer.get();
        });
        all.put(
                "applyToEither",
                work -> later(source -> source.applyToEither(new CompletableFuture<>(), x -> call(work))));
        all.put("acceptEither", work -> {
            var answer = new Answer(work);
            later(source -> source.acceptEither(new CompletableFuture<>(), x -> answer.run())
                    .thenApply(x -> ""));
            return answer.get();
        });
        all.put("runAfterEither", work -> {
            var answer = new Answer(work);
            later(source ->
                    source.runAfterEither(new CompletableFuture<>(), answer).thenApply(x -> ""));
            return answer.get();
        });
        all.put(
                "orTimeout",
                work -> new CompletableFuture<String>()
                        .orTimeout(1, TimeUnit.MILLISECONDS)
                        .exceptionally(e -> call(work))
                        .get());
        all.put("FutureTask on a thread", work -> {
            var task = new FutureTask<>(work);
            new Thread(task).start();
            return task.get();
        });
    }

    private static void threads(Map<String, Handover> all) {
        all.put("new Thread", work -> {
            var answer = new Answer(work);
            new Thread(answer).start();
            return answer.get();
        });
        all.put("a subclass of Thread", work -> {
            var answer = new Answer(work);
            new Thread() {
                @Override
                public void run() {
                    answer.run();
                }
            }.start();
            return answer.get();
        });
        all.put("defaultThreadFactory", work -> {
            var answer = new Answer(work);
            Executors.defaultThreadFactory().newThread(answer).start();
            return answer.get();
        });
        all.put("a thread that starts a thread", work -> {
            var answer = new Answer(work);
            new Thread(() -> new Thread(answer).start()).start();
            return answer.get();
        });
    }

    private static void virtual(Map<String, Handover> all) {
        all.put("Thread.startVirtualThread", work -> {
            var answer = new Answer(work);
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, answer);
            return answer.get();
        });
        all.put("a virtual thread that blocks", work -> {
            var answer = new Answer(() -> {
                TimeUnit.MILLISECONDS.sleep(1);
                return work.call();
            });
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, answer);
            return answer.get();
        });
        ExecutorService each = executor("newVirtualThreadPerTaskExecutor");
        all.put(
                "newVirtualThreadPerTaskExecutor.submit",
                work -> each.submit(work).get());
        all.put("newVirtualThreadPerTaskExecutor.execute", work -> {
            var answer = new Answer(work);
            each.execute(answer);
            return answer.get();
        });
        ExecutorService platform = executor("newThreadPerTaskExecutor", daemons());
        all.put("newThreadPerTaskExecutor.submit", work -> platform.submit(work).get());
        all.put("newThreadPerTaskExecutor.execute", work -> {
            var answer = new Answer(work);
            platform.execute(answer);
            return answer.get();
        });
        all.put(
                "parallel stream from a virtual thread",
                work -> each.submit(() -> distinct(IntStream.range(0, 500)
                                .parallel()
                                .mapToObj(i -> call(work))
                                .collect(Collectors.toList())))
                        .get());
    }

    private static ExecutorService executor(String name, Object... arguments) {
        try {
            for (Method method : Executors.class.getMethods()) {
                if (method.getName().equals(name) && method.getParameterCount() == arguments.length) {
                    return (ExecutorService) method.invoke(null, arguments);
                }
            }
            throw new NoSuchMethodException(name);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Stage {
        CompletableFuture<String> after(CompletableFuture<String> source);
    }

    /** A stage whose source another thread completes, after the stage was added. */
    private static String later(Stage stage) throws Exception {
        var source = new CompletableFuture<String>();
        CompletableFuture<String> result = stage.after(source);
        elsewhere(() -> source.complete(""));
        return result.get();
    }

    /** Runs something on a thread that acts for the agent that used it first. */
    private static void elsewhere(Runnable completion) {
        COMPLETER.execute(completion);
    }

    private static final ExecutorService COMPLETER = one();

    static String call(Callable<String> work) {
        try {
            return work.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String same(List<? extends java.util.concurrent.Future<String>> futures) throws Exception {
        List<String> answers = new ArrayList<>();
        for (var future : futures) {
            answers.add(future.get());
        }
        return distinct(answers);
    }

    private static String sameAnswers(List<Answer> all) throws Exception {
        List<String> answers = new ArrayList<>();
        for (Answer answer : all) {
            answers.add(answer.get());
        }
        return distinct(answers);
    }

    private static String distinct(List<String> answers) {
        return answers.stream().distinct().sorted().collect(Collectors.joining("+"));
    }

    private static final class Fork extends RecursiveTask<String> {

        private final transient Callable<String> work;
        private final int depth;

        Fork(Callable<String> work, int depth) {
            this.work = work;
            this.depth = depth;
        }

        @Override
        protected String compute() {
            if (depth == 0) {
                return call(work);
            }
            var left = new Fork(work, depth - 1);
            left.fork();
            String right = new Fork(work, depth - 1).compute();
            return distinct(List.of(left.join(), right));
        }
    }
}
