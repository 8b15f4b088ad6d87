package dev.sallyport.agent.http;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.SELF;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import org.jspecify.annotations.Nullable;

/**
 * Who gives a request to a Netty channel: it is written later, on the channel's event loop, and often by other objects. For
 * clients that stand on Netty and are in no table; nothing is decided here.
 */
public final class NettyWrites implements Guard {

    private static final String PIPELINE = "netty/channel/DefaultChannelPipeline";
    private static final String MESSAGE = "(Ljava/lang/Object;";

    private static final Member HEADERS = Member.method("headers");

    private final NettyRequests requests;

    /** Creates the guard. */
    public NettyWrites(Enforcement enforcement) {
        requests = new NettyRequests(enforcement);
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            onLibrary(PIPELINE).method("write", MESSAGE).before(parameter(0), SELF, NONE),
            onLibrary(PIPELINE).method("writeAndFlush", MESSAGE).before(parameter(0), SELF, NONE),
            onLibrary("netty/handler/codec/http2/HttpConversionUtil")
                    .staticMethod("toHttp2Headers", "(Lnetty/handler/codec/http/HttpMessage;Z)")
                    .after(parameter(0)),
        };
    }

    /** A decision may lead to something being written. */
    @Override
    public boolean mayNest() {
        return true;
    }

    /** Something is given to a channel. */
    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) {
        NettyRequests.Message kind = a == null ? NettyRequests.Message.OTHER : NettyRequests.kind(a);
        if (a == null || b == null || kind == NettyRequests.Message.OTHER) {
            return;
        }
        if (!NettyRequests.isOfClient(NettyRequests.channel(b))) {
            requests.note(kind == NettyRequests.Message.HTTP2_HEADERS ? HEADERS.require(a) : a);
        }
    }

    /** A request of HTTP/1.1 was turned into the headers of one of HTTP/2. */
    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        if (a != null && result != null) {
            NettyRequests.hand(a, result);
        }
        return result;
    }
}
