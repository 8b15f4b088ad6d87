package dev.sallyport.agent.attribution;

import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Proxy;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;

/** Code of an application that asks something, with different frames between itself and what it asks. */
public final class Asking implements BiConsumer<String, Runnable> {

    /** As often as JDK 17 calls by reflection before it writes a class for that, and some more. */
    private static final int OFTEN = 20;

    @Override
    public void accept(String way, Runnable question) {
        try {
            ask(way, question);
        } catch (Throwable t) {
            throw new IllegalStateException(way, t);
        }
    }

    private static void ask(String way, Runnable question) throws Throwable {
        switch (way) {
            case "directly" -> question.run();
            case "by reflection" -> {
                for (int i = 0; i < OFTEN; i++) {
                    Runnable.class.getMethod("run").invoke(question);
                }
            }
            case "by reflection on itself" -> {
                for (int i = 0; i < OFTEN; i++) {
                    Asking.class.getDeclaredMethod("run", Runnable.class).invoke(null, question);
                }
            }
            case "by a method handle" -> {
                MethodHandle run = MethodHandles.publicLookup()
                        .findVirtual(Runnable.class, "run", MethodType.methodType(void.class));
                run.invoke(question);
            }
            case "by a lambda" -> {
                Runnable asking = () -> question.run();
                asking.run();
            }
            case "by a proxy" ->
                ((Runnable) Proxy.newProxyInstance(
                                Asking.class.getClassLoader(),
                                new Class<?>[] {Runnable.class},
                                (proxy, method, none) -> {
                                    question.run();
                                    return null;
                                }))
                        .run();
            case "by a task of the JDK" -> new FutureTask<>(question, null).run();
            case "by the JDK alone" -> {
                Thread thread = new Thread(question);
                thread.start();
                thread.join();
            }
            case "from a hidden class" -> hidden(question);
            case "from below many frames of the JDK" -> throughTheJdk(question, 40);
            default -> throw new IllegalArgumentException(way);
        }
    }

    static void run(Runnable question) {
        question.run();
    }

    private static void hidden(Runnable question) throws Throwable {
        try (InputStream in = Asking.class.getResourceAsStream("Asking$Hidden.class")) {
            Class<?> type = MethodHandles.lookup()
                    .defineHiddenClass(in.readAllBytes(), true)
                    .lookupClass();
            ((Runnable) type.getDeclaredConstructor(Runnable.class).newInstance(question)).run();
        }
    }

    private static void throughTheJdk(Runnable question, int tasks) {
        Runnable outermost = question;
        for (int i = 0; i < tasks; i++) {
            outermost = new FutureTask<>(outermost, null);
        }
        outermost.run();
    }

    /** Defined once more, as a hidden class. */
    static final class Hidden implements Runnable {

        private final Runnable question;

        Hidden(Runnable question) {
            this.question = question;
        }

        @Override
        public void run() {
            question.run();
        }
    }
}
