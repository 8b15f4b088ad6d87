package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.longParameter;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.BodyScan;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.WeakIdentityTable;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The bodies of {@link OkHttp}'s requests, from 3.14 on: what is written to the sink of an exchange. */
final class OkHttpBody implements Guard {

    private static final Member EXCHANGE = Member.field("this$0");
    private static final Member CALL = Member.field("call");
    private static final Member SIZE = Member.longMethod("size");
    private static final BufferCopy COPY = new BufferCopy();

    private final ClientCalls calls;
    private final WeakIdentityTable<BodyScan> scans = new WeakIdentityTable<>(1 << 8);

    OkHttpBody(ClientCalls calls) {
        this.calls = calls;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary("okhttp3/internal/connection/Exchange$RequestBodySink")
                    .method("write", "(Lokio/Buffer;J)")
                    .before(SELF, parameter(0), longParameter(1)),
        };
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws IOException {
        if (a == null || b == null) {
            return;
        }
        BodyScan scan = scans.get(a);
        if (scan == null) {
            ClientCalls.Caller caller = calls.get(CALL.require(EXCHANGE.require(a)));
            scan = caller == null ? null : calls.body(caller);
            if (scan == null) {
                return;
            }
            scans.put(a, scan);
        }
        long length = n < 0 ? SIZE.getLong(b) : n;
        COPY.copy(b, new ScannedStream(OutputStream.nullOutputStream(), scan), length);
    }
}
