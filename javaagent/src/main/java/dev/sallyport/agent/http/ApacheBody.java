package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;

import dev.sallyport.agent.enforce.BodyScan;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The bodies of the requests of Apache HttpClient, 4 and 5, the blocking ones: the stream that an entity is written to. */
final class ApacheBody implements Guard {

    private final ClientCalls calls;
    private final JoinPoint[] points;

    private ApacheBody(ClientCalls calls, JoinPoint... points) {
        this.calls = calls;
        this.points = points;
    }

    static ApacheBody of4(ClientCalls calls) {
        return new ApacheBody(
                calls,
                onLibrary("apache/http/impl/BHttpConnectionBase")
                        .method("prepareOutput", "(")
                        .after(NONE),
                onLibrary("apache/http/impl/entity/EntitySerializer")
                        .method("doSerialize", "(")
                        .after(NONE));
    }

    static ApacheBody of5(ClientCalls calls) {
        return new ApacheBody(
                calls,
                onLibrary("apache/hc/core5/http/impl/io/BHttpConnectionBase")
                        .method("createContentOutputStream", "(")
                        .after(NONE));
    }

    @Override
    public JoinPoint[] points() {
        return points.clone();
    }

    /** A connection of a server has nobody whose request it would be. */
    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        ClientCalls.Caller caller = result instanceof OutputStream ? calls.current() : null;
        BodyScan scan = caller == null ? null : calls.body(caller);
        return scan != null && result instanceof OutputStream stream ? new ScannedStream(stream, scan) : result;
    }
}
