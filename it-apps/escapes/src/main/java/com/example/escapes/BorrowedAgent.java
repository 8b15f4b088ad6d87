package com.example.escapes;

import com.vendor.Borrower;
import dev.sallyport.AgentScope;
import dev.sallyport.gate.CurrentAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import sun.misc.Unsafe;

/**
 * Takes an agent's rights from what the agent left where others find it: a task that it made, a mark of the gate's, a thread
 * that acts for it, or a thread that it lent to an agent with fewer rights. Each runs on a thread of its own.
 */
enum BorrowedAgent implements Escape {
    /** Tells the gate that a task of the agent's is running now. */
    TASK {
        @Override
        void borrow(Runnable work) throws Exception {
            Borrower.start(made(), work);
        }
    },
    /** The same by reflection, which the JDK carries out. */
    REFLECTED_TASK {
        @Override
        void borrow(Runnable work) throws Exception {
            Borrower.startByReflection(made(), work);
        }
    },
    /** The same by a handle that a pool's own class calls. */
    HANDED_TASK {
        @Override
        void borrow(Runnable work) throws Exception {
            Borrower.startByHandle(made(), work);
        }
    },
    /** Says that it signals something that the agent waits for. */
    SIGNAL {
        @Override
        void borrow(Runnable work) throws Exception {
            Borrower.signal(made(), work);
        }
    },
    /** Goes back to where it was when the agent once called it. */
    MARK {
        @Override
        void borrow(Runnable work) throws Exception {
            CurrentAgent.Frame[] mark = new CurrentAgent.Frame[1];
            as("refund", () -> mark[0] = Borrower.mark());
            Borrower.reset(mark[0], work);
        }
    },
    /** Leaves an agent of few rights on the thread of the one that called it. */
    LEFT {
        @Override
        void borrow(Runnable work) {
            as("refund", () -> as("worker", () -> Borrower.leave(work)));
        }
    },
    /** The same where an annotation had the agent entered. */
    LEFT_METHOD {
        @Override
        void borrow(Runnable work) {
            as("refund", () -> Front.work(() -> Borrower.leaveMethod(Front.WORK, work)));
        }
    },
    /** The same where a task of the agent of few rights is run by the other one. */
    LEFT_TASK {
        @Override
        void borrow(Runnable work) throws Exception {
            FutureTask<?>[] task = new FutureTask<?>[1];
            as("worker", () -> task[0] = new FutureTask<>(() -> Borrower.end(task[0], work), null));
            as("refund", task[0]::run);
            task[0].get();
        }
    },
    /** Takes over, by its address in a thread, all that another thread keeps for itself. */
    UNSAFE_THREAD {
        @Override
        void borrow(Runnable work) throws Exception {
            Unsafe unsafe = TheUnsafe.get();
            long offset = unsafe.objectFieldOffset(Thread.class.getDeclaredField("threadLocals"));
            swap(unsafe, offset, work);
        }
    },
    /** The same without asking for the place: a program can know it of its JDK. */
    UNSAFE_THREAD_KNOWN {
        @Override
        void borrow(Runnable work) throws Exception {
            swap(TheUnsafe.get(), Runtime.version().feature() == 17 ? 68 : 72, work);
        }
    },
    /** Reaches for what the gate's other side has noted about all that the agent did, to change it. */
    NOTES {
        @Override
        void borrow(Runnable work) {
            as("refund", () -> {
                Objects.requireNonNull(Borrower.notes()).set(null);
                work.run();
            });
        }
    };

    abstract void borrow(Runnable work) throws Exception;

    @Override
    public void attempt(String... words) throws Throwable {
        onThread(() -> {
            borrow(() -> connect(words[0]));
            return null;
        });
    }

    private static void onThread(Callable<?> attempt) throws Throwable {
        Throwable[] thrown = new Throwable[1];
        Thread thread = new Thread(() -> {
            try {
                attempt.call();
            } catch (Throwable t) {
                thrown[0] = t;
            }
        });
        thread.start();
        thread.join();
        if (thrown[0] != null) {
            throw thrown[0];
        }
    }

    private static FutureTask<String> made() {
        FutureTask<?>[] task = new FutureTask<?>[1];
        as("refund", () -> task[0] = new FutureTask<>(() -> "done"));
        @SuppressWarnings("unchecked")
        FutureTask<String> made = (FutureTask<String>) task[0];
        return made;
    }

    @SuppressWarnings("try")
    private static void as(String agent, Runnable work) {
        try (AgentScope scope = AgentScope.enter(agent)) {
            work.run();
        }
    }

    private static void swap(Unsafe unsafe, long offset, Runnable work) throws Exception {
        CountDownLatch acting = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread victim = new Thread(() -> as("refund", () -> {
            acting.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                // then it ends
            }
        }));
        victim.start();
        acting.await();
        Thread thread = Thread.currentThread();
        Object own = unsafe.getObject(thread, offset);
        try {
            unsafe.putObject(thread, offset, unsafe.getObject(victim, offset));
            work.run();
        } finally {
            unsafe.putObject(thread, offset, own);
            done.countDown();
        }
    }

    private static void connect(String target) {
        try {
            Target.connect(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
