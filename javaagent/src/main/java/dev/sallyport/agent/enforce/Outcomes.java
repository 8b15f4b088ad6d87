package dev.sallyport.agent.enforce;

import dev.sallyport.Denied;
import dev.sallyport.gate.Wire;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.limit.Limits;
import java.io.FileDescriptor;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tells circuit breakers how connects and requests ended: a connect fails if it is refused or runs out of time, a request if
 * its answer is of the 500s or never comes. A connect for a request counts only if it fails; else the answer does.
 *
 * <p>Loaded when the first policy with a breaker is in force. Safe on any thread; takes no lock.
 */
final class Outcomes {

    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int SERVER_FAULTS = 500;

    /** What the thread asked for last, by a client that waits for the answer on the same thread. */
    private static final ThreadLocal<@Nullable Call> ASKED = new ThreadLocal<>();

    private final Enforcement enforcement;

    Outcomes(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    /** Notes a request that is about to be written. */
    void asks(Call call) {
        ASKED.set(call);
    }

    void hear(int way, @Nullable Object end, int result, @Nullable Throwable thrown) {
        if (thrown instanceof Denied) {
            return;
        }
        switch (way) {
            case Wire.CONNECT -> {
                if (thrown != null || result > 0) {
                    connected(end, thrown != null);
                }
            }
            case Wire.CONNECT_TIME -> {
                if (thrown instanceof SocketTimeoutException) {
                    connected(end, true);
                }
            }
            case Wire.ANSWER -> {
                Call call = ASKED.get();
                if (call != null) {
                    ASKED.remove();
                    tell(call, thrown != null || isServerFault(end));
                }
            }
            default -> {
                Enforcement.Answers client = enforcement.answers();
                if (client != null && end != null) {
                    client.ended(end, thrown != null || result >= SERVER_FAULTS);
                }
            }
        }
    }

    private void connected(@Nullable Object end, boolean failed) {
        OpenConnections.Opened opened =
                end instanceof FileDescriptor descriptor ? enforcement.opened(descriptor) : null;
        if (opened != null) {
            tell(opened.call(), failed);
        }
    }

    private void tell(Call call, boolean failed) {
        Limits limits = enforcement.snapshot().limits();
        if (limits != null) {
            long now = System.nanoTime();
            limits.ended(call, failed, now, now);
        }
    }

    private static boolean isServerFault(@Nullable Object statusLine) {
        return statusLine instanceof String line && line.length() > STATUS_AT && line.charAt(STATUS_AT) == '5';
    }
}
