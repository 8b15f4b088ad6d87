package dev.sallyport.agent.http;

import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.enforce.BodyScan;
import dev.sallyport.agent.weave.Member;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/** Publishes the body of a request of the JDK's client as another publisher does, each part once it was looked into. */
final class ScannedPublisher implements HttpRequest.BodyPublisher {

    private static final Unsafe UNSAFE = Unsafe.getUnsafe();
    private static final Member REQUEST = Member.field("currentreq");
    private static final String PUBLISHER = "requestPublisher";
    private static final Member BODY = Member.field(PUBLISHER);

    /** Begins to look into a body. */
    interface Scans {

        /** Returns what looks into the body for the request that is on its way now; null if nothing does. */
        @Nullable
        BodyScan begin();
    }

    private final HttpRequest.BodyPublisher body;
    private final Scans scans;

    private ScannedPublisher(HttpRequest.BodyPublisher body, Scans scans) {
        this.body = body;
        this.scans = scans;
    }

    /**
     * Has the body of a request looked into that its {@code MultiExchange} was just made for. The request that this has is the
     * client's own copy; what it sends for redirects and repetitions has the same publisher.
     */
    static void into(Object multi, Scans scans) {
        Object request = REQUEST.require(multi);
        if (BODY.get(request) instanceof HttpRequest.BodyPublisher body
                && !(body instanceof ScannedPublisher)
                && body.contentLength() != 0) {
            long offset = UNSAFE.objectFieldOffset(request.getClass(), PUBLISHER);
            UNSAFE.putReferenceVolatile(request, offset, new ScannedPublisher(body, scans));
        }
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> client) {
        BodyScan scan = scans.begin();
        body.subscribe(scan == null ? client : new Scanned(client, scan));
    }

    /** Stands between a publisher and the client. */
    private static final class Scanned implements Flow.Subscriber<ByteBuffer> {

        private final Flow.Subscriber<? super ByteBuffer> client;
        private final BodyScan scan;
        private Flow.@Nullable Subscription subscription;
        private boolean refused;

        Scanned(Flow.Subscriber<? super ByteBuffer> client, BodyScan scan) {
            this.client = client;
            this.scan = scan;
        }

        @Override
        public void onSubscribe(Flow.Subscription asked) {
            subscription = asked;
            client.onSubscribe(asked);
        }

        @Override
        public void onNext(ByteBuffer part) {
            if (refused) {
                return;
            }
            try {
                scan.read(part);
            } catch (EgressDeniedException denied) {
                refuse(denied);
                return;
            }
            client.onNext(part);
        }

        @Override
        public void onComplete() {
            if (refused) {
                return;
            }
            try {
                scan.end();
            } catch (EgressDeniedException denied) {
                refuse(denied);
                return;
            }
            client.onComplete();
        }

        @Override
        public void onError(Throwable failure) {
            if (!refused) {
                client.onError(failure);
            }
        }

        private void refuse(EgressDeniedException denied) {
            refused = true;
            Flow.Subscription asked = subscription;
            if (asked != null) {
                asked.cancel();
            }
            client.onError(denied);
        }
    }
}
