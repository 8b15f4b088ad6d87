package com.example.threads;

import dev.sallyport.AgentScope;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subjects.PublishSubject;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** The ways of libraries to give work to another thread. */
final class LibraryHandovers {

    /** Signals come from here: a thread of nobody, and one that acts for an agent of its own. */
    private static final Foreign NOBODY = new Foreign(null);

    private static final Foreign OTHER = new Foreign("agent-c");

    private LibraryHandovers() {}

    static Map<String, Handover> all() {
        Map<String, Handover> all = new LinkedHashMap<>();
        executors(all);
        spring(all);
        netty(all);
        vertx(all);
        reactor(all);
        for (Foreign foreign : List.of(NOBODY, OTHER)) {
            reactor(all, foreign);
            rxJava(all, foreign);
        }
        rxJava(all);
        Coroutines.add(all);
        return all;
    }

    /** A thread that was started outside of any agent, and runs what it is told for itself. */
    private static final class Foreign extends Thread {

        private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
        private final String agent;

        Foreign(String agent) {
            this.agent = agent;
            setDaemon(true);
            start();
        }

        void tell(Runnable signal) {
            work.add(signal);
        }

        @Override
        @SuppressWarnings("try")
        public void run() {
            while (true) {
                try {
                    Runnable next = work.take();
                    if (agent == null) {
                        next.run();
                    } else {
                        try (AgentScope scope = AgentScope.enter(agent)) {
                            next.run();
                        }
                    }
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        @Override
        public String toString() {
            return agent == null ? "a foreign thread" : "another agent's thread";
        }
    }

    private static void executors(Map<String, Handover> all) {
        var wrapping =
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Handovers.daemons()) {
                    @Override
                    public void execute(Runnable task) {
                        super.execute(() -> task.run());
                    }
                };
        all.put("a pool that wraps its tasks", work -> {
            var answer = new Answer(work);
            wrapping.execute(answer);
            return answer.get();
        });
        all.put(
                "a pool that wraps its tasks, submit",
                work -> wrapping.submit(work).get());
        ExecutorService own = new AbstractExecutorService() {
            @Override
            public void execute(Runnable task) {
                Handovers.daemons().newThread(task).start();
            }

            @Override
            public void shutdown() {}

            @Override
            public List<Runnable> shutdownNow() {
                return List.of();
            }

            @Override
            public boolean isShutdown() {
                return false;
            }

            @Override
            public boolean isTerminated() {
                return false;
            }

            @Override
            public boolean awaitTermination(long time, TimeUnit unit) {
                return true;
            }
        };
        all.put("an ExecutorService of one's own", work -> own.submit(work).get());
    }

    private static void spring(Map<String, Handover> all) {
        ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
        pool.setCorePoolSize(1);
        pool.setDaemon(true);
        pool.setTaskDecorator(task -> () -> task.run());
        pool.initialize();
        all.put(
                "Spring's ThreadPoolTaskExecutor with a TaskDecorator",
                work -> pool.submit(work).get());
        all.put("Spring's ThreadPoolTaskExecutor.execute", work -> {
            var answer = new Answer(work);
            pool.execute(answer);
            return answer.get();
        });
        SimpleAsyncTaskExecutor simple = new SimpleAsyncTaskExecutor();
        all.put("Spring's SimpleAsyncTaskExecutor", work -> simple.submit(work).get());
        ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
        scheduler.setDaemon(true);
        scheduler.initialize();
        all.put("Spring's ThreadPoolTaskScheduler", work -> {
            var answer = new Answer(work);
            scheduler.schedule(answer, java.time.Instant.now());
            return answer.get();
        });
    }

    private static void netty(Map<String, Handover> all) {
        EventLoopGroup loops = new NioEventLoopGroup(1, Handovers.daemons());
        all.put("a Netty event loop, submit", work -> loops.submit(work).get());
        all.put("a Netty event loop, execute", work -> {
            var answer = new Answer(work);
            loops.execute(answer);
            return answer.get();
        });
        all.put(
                "a Netty event loop, schedule",
                work -> loops.schedule(work, 1, TimeUnit.MILLISECONDS).get());
    }

    private static void vertx(Map<String, Handover> all) {
        System.setProperty("vertx.disableDnsResolver", "true");
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false))
                .setUseDaemonThread(true));
        Context context = vertx.getOrCreateContext();
        all.put(
                "Vert.x, blocking, one after the other",
                work -> context.executeBlocking(work, true)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get());
        all.put(
                "Vert.x, blocking, all at once",
                work -> context.executeBlocking(work, false)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get());
        all.put("a Vert.x context", work -> {
            var answer = new Answer(work);
            context.runOnContext(nothing -> answer.run());
            return answer.get();
        });
    }

    private static void reactor(Map<String, Handover> all) {
        Scheduler single = reactor.core.scheduler.Schedulers.newSingle("single", true);
        Scheduler elastic = reactor.core.scheduler.Schedulers.boundedElastic();
        Scheduler parallel = reactor.core.scheduler.Schedulers.parallel();
        all.put(
                "Mono.subscribeOn",
                work -> Mono.fromCallable(work).subscribeOn(single).block());
        all.put(
                "Mono.subscribeOn boundedElastic",
                work -> Mono.fromCallable(work).subscribeOn(elastic).block());
        all.put(
                "Mono.publishOn",
                work -> Mono.just(1)
                        .publishOn(parallel)
                        .map(x -> Handovers.call(work))
                        .block());
        all.put(
                "Mono.delayElement",
                work -> Mono.just(1)
                        .delayElement(Duration.ofMillis(1))
                        .map(x -> Handovers.call(work))
                        .block());
        all.put(
                "Flux.interval, third",
                work -> Flux.interval(Duration.ofMillis(1))
                        .map(x -> Handovers.call(work))
                        .take(3)
                        .blockLast());
        all.put(
                "Flux.flatMap and zip",
                work -> Flux.range(0, 20)
                        .flatMap(x -> Mono.fromCallable(work).subscribeOn(elastic))
                        .zipWith(
                                Flux.range(0, 20).publishOn(parallel),
                                (x, y) -> x.equals(Handovers.call(work)) ? x : "both")
                        .distinct()
                        .reduce((x, y) -> x + " and " + y)
                        .block());
        all.put(
                "Flux.parallel",
                work -> Flux.range(0, 50)
                        .parallel()
                        .runOn(parallel)
                        .map(x -> Handovers.call(work))
                        .sequential()
                        .distinct()
                        .reduce((x, y) -> x + " and " + y)
                        .block());
        all.put(
                "Mono.timeout",
                work -> Mono.never()
                        .timeout(Duration.ofMillis(1))
                        .onErrorResume(e -> Mono.fromCallable(work))
                        .map(String::valueOf)
                        .block());
    }

    private static void reactor(Map<String, Handover> all, Foreign foreign) {
        all.put("Sinks.one, by " + foreign, work -> {
            Sinks.One<Integer> sink = Sinks.one();
            CompletableFuture<String> answer =
                    sink.asMono().map(x -> Handovers.call(work)).toFuture();
            foreign.tell(() -> sink.tryEmitValue(1));
            return answer.get(20, TimeUnit.SECONDS);
        });
        all.put("Mono.create, by " + foreign, work -> {
            CompletableFuture<String> answer = Mono.<Integer>create(sink -> foreign.tell(() -> sink.success(1)))
                    .flatMap(x -> Mono.fromCallable(work))
                    .toFuture();
            return answer.get(20, TimeUnit.SECONDS);
        });
        all.put("Mono.fromFuture, by " + foreign, work -> {
            CompletableFuture<Integer> source = new CompletableFuture<>();
            CompletableFuture<String> answer =
                    Mono.fromFuture(source).map(x -> Handovers.call(work)).toFuture();
            foreign.tell(() -> source.complete(1));
            return answer.get(20, TimeUnit.SECONDS);
        });
        Sinks.Many<Integer> shared = Sinks.many().multicast().directBestEffort();
        all.put("a shared Flux, by " + foreign, work -> {
            CompletableFuture<String> answer =
                    shared.asFlux().next().map(x -> Handovers.call(work)).toFuture();
            foreign.tell(() -> shared.emitNext(1, Sinks.EmitFailureHandler.FAIL_FAST));
            return answer.get(20, TimeUnit.SECONDS);
        });
        all.put("Flux.create to a consumer, by " + foreign, work -> {
            var answer = new Answer(work);
            Flux.<Integer>create(sink -> foreign.tell(() -> sink.next(1))).subscribe(x -> answer.run());
            return answer.get();
        });
        all.put("Mono.error to a consumer, by " + foreign, work -> {
            var answer = new Answer(work);
            Mono.<Integer>create(sink -> foreign.tell(() -> sink.error(new IllegalStateException())))
                    .subscribe(x -> {}, e -> answer.run());
            return answer.get();
        });
        all.put("a BaseSubscriber, by " + foreign, work -> {
            var answer = new Answer(work);
            Sinks.One<Integer> sink = Sinks.one();
            sink.asMono().subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(Integer value) {
                    answer.run();
                }
            });
            foreign.tell(() -> sink.tryEmitValue(1));
            return answer.get();
        });
    }

    private static void rxJava(Map<String, Handover> all) {
        all.put(
                "Single.subscribeOn",
                work -> Single.fromCallable(work).subscribeOn(Schedulers.io()).blockingGet());
        all.put(
                "Flowable.observeOn",
                work -> Flowable.just(1)
                        .observeOn(Schedulers.computation())
                        .map(x -> Handovers.call(work))
                        .blockingFirst());
        all.put(
                "Observable.delay",
                work -> Observable.just(1)
                        .delay(1, TimeUnit.MILLISECONDS)
                        .map(x -> Handovers.call(work))
                        .blockingFirst());
        all.put(
                "Flowable.parallel",
                work -> Flowable.range(0, 50)
                        .parallel()
                        .runOn(Schedulers.computation())
                        .map(x -> Handovers.call(work))
                        .sequential()
                        .distinct()
                        .reduce((x, y) -> x + " and " + y)
                        .blockingGet());
    }

    private static void rxJava(Map<String, Handover> all, Foreign foreign) {
        PublishSubject<Integer> shared = PublishSubject.create();
        all.put("a PublishSubject, by " + foreign, work -> {
            var answer = new CompletableFuture<String>();
            shared.take(1).map(x -> Handovers.call(work)).subscribe(answer::complete);
            foreign.tell(() -> shared.onNext(1));
            return answer.get(20, TimeUnit.SECONDS);
        });
        all.put("Single.create, by " + foreign, work -> {
            var answer = new CompletableFuture<String>();
            Single.<Integer>create(emitter -> foreign.tell(() -> emitter.onSuccess(1)))
                    .map(x -> Handovers.call(work))
                    .subscribe(answer::complete);
            return answer.get(20, TimeUnit.SECONDS);
        });
    }
}
