package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.SELF;

import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.attribution.StackReader;
import dev.sallyport.agent.enforce.BodyScan;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.enforce.Request;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import dev.sallyport.gate.CurrentAgent;
import dev.sallyport.gate.WeakIdentityTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of {@link HttpUrlConnection}'s requests. One that is written in a mode for streaming goes out as it is written; any
 * other is kept in memory, and looked into as a whole before the request is sent, on each hop again.
 */
final class UrlConnectionBody implements Guard {

    private static final Member KEPT = Member.field("poster");

    private final Enforcement enforcement;
    /** What looks into a stream that the connection hands out again. */
    private final WeakIdentityTable<BodyScan> scans = new WeakIdentityTable<>(1 << 8);

    UrlConnectionBody(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/net/www/protocol/http/HttpURLConnection")
                    .method("getOutputStream0", "()Ljava/io/OutputStream;")
                    .after(SELF),
        };
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        if (!(a instanceof HttpURLConnection connection)
                || !(result instanceof OutputStream stream)
                || stream instanceof ByteArrayOutputStream) {
            return result;
        }
        BodyScan scan = scans.get(stream);
        if (scan == null) {
            Request request = HttpUrlConnection.request(connection, null, true, StackReader.nearby());
            scan = enforcement.body(CurrentAgent.get(), request);
            if (scan != null) {
                scans.put(stream, scan);
            }
        }
        return scan == null ? stream : new ScannedStream(stream, scan);
    }

    /** Looks into a body that is kept in memory, as its request is about to be written. */
    static void look(Enforcement enforcement, HttpURLConnection connection, Request request)
            throws EgressDeniedException {
        if (!(KEPT.get(connection) instanceof ByteArrayOutputStream kept) || kept.size() == 0) {
            return;
        }
        BodyScan scan = enforcement.body(CurrentAgent.get(), request);
        if (scan == null) {
            return;
        }
        try {
            kept.writeTo(new ScannedStream(OutputStream.nullOutputStream(), scan));
            scan.end();
        } catch (EgressDeniedException denied) {
            connection.disconnect();
            throw denied;
        } catch (IOException e) {
            throw new IllegalStateException("the body of a request cannot be read", e);
        }
    }
}
