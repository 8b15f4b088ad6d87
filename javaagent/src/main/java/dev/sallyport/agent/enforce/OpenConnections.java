package dev.sallyport.agent.enforce;

import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.HttpRequest;
import java.io.FileDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import jdk.internal.access.JavaIOFileDescriptorAccess;
import jdk.internal.access.SharedSecrets;
import org.jspecify.annotations.Nullable;

/**
 * The connections that were allowed and are not closed yet, by the system's number of each, so that they can be decided again
 * when the policy changes. A number is given to another connection only after the JDK has closed the one before, which {@link
 * #closes} hears of. Takes no lock where calls are decided.
 *
 * <p>One that is no longer allowed is shut down and not closed: the far end sees its end, and whoever uses it here an end of
 * stream or a broken pipe, while the number stays taken until the application closes.
 */
final class OpenConnections {

    private static final int CHUNK = 1_024;
    private static final int BOTH_DIRECTIONS = 2;
    private static final JavaIOFileDescriptorAccess DESCRIPTORS = SharedSecrets.getJavaIOFileDescriptorAccess();

    /** Numbers up to a million; what lies beyond is not remembered. */
    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Opened>> chunks =
            new AtomicReferenceArray<>(CHUNK);

    /**
     * What was decided when a connection was opened.
     *
     * @param user for whom a client uses the connection just now, where it says so; empty at first
     */
    record Opened(
            Call call,
            @Nullable AgentContext context,
            Attribution attribution,
            @Nullable String claimed,
            AtomicReference<@Nullable AgentContext> user) {

        /** Takes the facts of a request as they are, since another thread may not read them from the client. */
        static Opened of(Call call, @Nullable AgentContext context, Attribution attribution, @Nullable String claimed) {
            HttpRequest http = call.http();
            Call kept = http == null
                    ? call
                    : new Call(
                            call.stage(),
                            call.via(),
                            call.agent(),
                            call.library(),
                            call.host(),
                            call.address(),
                            call.port(),
                            new Request(http.method(), http.scheme(), http.path()),
                            call.target(),
                            call.surroundings());
            AgentContext carried = context == null ? null : context.carried();
            return new Opened(kept, carried, attribution, claimed, new AtomicReference<>());
        }

        /** Returns for whom the connection is used by threads that act for nobody: as is known, for whoever opened it. */
        @Nullable
        AgentContext used() {
            AgentContext known = user.get();
            return known == null ? context : known;
        }

        private record Request(@Nullable String method, String scheme, String path) implements HttpRequest {

            @Override
            public List<String> headers(String name) {
                return List.of();
            }
        }
    }

    /** Says which connections are no longer allowed, and tells of them. */
    interface Again {

        /** Returns whether a connection must end. */
        boolean denies(Opened opened);
    }

    void opens(FileDescriptor descriptor, Opened opened) {
        int number = DESCRIPTORS.get(descriptor);
        if (number >= 0 && number < CHUNK * CHUNK) {
            AtomicReferenceArray<@Nullable Opened> chunk = chunks.get(number / CHUNK);
            if (chunk == null) {
                chunks.compareAndSet(number / CHUNK, null, new AtomicReferenceArray<>(CHUNK));
                chunk = chunks.get(number / CHUNK);
            }
            if (chunk != null) {
                chunk.set(number % CHUNK, opened);
            }
        }
    }

    /** Returns what was decided when a connection was opened; null if it was not opened here, or is not known. */
    @Nullable
    Opened get(FileDescriptor descriptor) {
        int number = DESCRIPTORS.get(descriptor);
        if (number < 0 || number >= CHUNK * CHUNK) {
            return null;
        }
        AtomicReferenceArray<@Nullable Opened> chunk = chunks.get(number / CHUNK);
        return chunk == null ? null : chunk.get(number % CHUNK);
    }

    /** Called before the JDK closes. */
    void closes(FileDescriptor descriptor) {
        closes(DESCRIPTORS.get(descriptor));
    }

    /** The same by its number. */
    void closes(int number) {
        if (number < 0 || number >= CHUNK * CHUNK) {
            return;
        }
        AtomicReferenceArray<@Nullable Opened> chunk = chunks.get(number / CHUNK);
        Opened opened = chunk == null ? null : chunk.get(number % CHUNK);
        if (chunk != null && opened != null) {
            // against the one that is just being shut down: its number must not be free before that is done
            synchronized (opened) {
                chunk.compareAndSet(number % CHUNK, opened, null);
            }
        }
    }

    /** Decides all of them again, and ends those that are denied; not on the application's threads. */
    void decideAgain(Again again) {
        for (int i = 0; i < CHUNK; i++) {
            AtomicReferenceArray<@Nullable Opened> chunk = chunks.get(i);
            for (int k = 0; chunk != null && k < CHUNK; k++) {
                Opened opened = chunk.get(k);
                if (opened != null && again.denies(opened)) {
                    synchronized (opened) {
                        if (chunk.compareAndSet(k, opened, null)) {
                            shutdown(i * CHUNK + k);
                        }
                    }
                }
            }
        }
    }

    /** Shuts down what is no connection, which changes nothing. */
    void rehearse() {
        decideAgain(opened -> false);
        shutdown(-1);
    }

    private static void shutdown(int number) {
        FileDescriptor descriptor = new FileDescriptor();
        DESCRIPTORS.set(descriptor, number);
        try {
            Shutdown.HANDLE.invokeExact(descriptor, BOTH_DIRECTIONS);
        } catch (Throwable e) {
            // not connected any more, or not yet: then there is nothing to end
        }
    }

    /** Found when it is first needed. */
    private static final class Shutdown {

        static final MethodHandle HANDLE = Member.staticMethod(
                "sun.nio.ch.Net", "shutdown", MethodType.methodType(void.class, FileDescriptor.class, int.class));
    }
}
