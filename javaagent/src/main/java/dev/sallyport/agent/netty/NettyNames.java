package dev.sallyport.agent.netty;

import static dev.sallyport.agent.weave.JoinPoint.onLibrary;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.NameDeniedException;
import dev.sallyport.agent.attribution.GateCaller;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.agent.weave.Member;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Netty's own resolver, which asks name servers itself. Each name is decided before it is looked for, in its cache too, as
 * is each question that is put to it as such; answers are noted, and those with private addresses for public names dropped,
 * as for {@code InetAddress}. Its other resolvers ask the JDK.
 *
 * <p>The datagrams that carry the questions are decided by themselves, as they may go to any server.
 */
public final class NettyNames implements Guard {

    private static final String PACKAGE = "netty/resolver/dns/";
    private static final String RESOLVER = PACKAGE + "DnsNameResolver";
    private static final String QUESTION = "Lnetty/handler/codec/dns/DnsQuestion;";
    private static final String RECORD = "netty/handler/codec/dns/DnsRecord;";

    private static final int A = 1;
    private static final int AAAA = 28;

    private static final Member NAME = Member.method("name");
    private static final Member TYPE = Member.method("type");
    private static final Member NUMBER = Member.intMethod("intValue");
    private static final Member CONTENT = Member.method("content");

    private final Enforcement enforcement;

    /** Creates the guard. */
    public NettyNames(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        String host = "(Ljava/lang/String;[L" + RECORD + "Lnetty/util/concurrent/Promise;L" + PACKAGE + "DnsCache;)";
        String query =
                "(Ljava/net/InetSocketAddress;" + QUESTION + "Ljava/lang/Iterable;Lnetty/util/concurrent/Promise;)";
        String answer = "(L" + RECORD + "Ljava/lang/String;";
        return new JoinPoint[] {
            onLibrary(RESOLVER).method("doResolve", host).before(parameter(0), NONE, NONE),
            onLibrary(RESOLVER).method("doResolveAll", host).before(parameter(0), NONE, NONE),
            onLibrary(RESOLVER).method("query", query).before(parameter(1), NONE, NONE),
            onLibrary(RESOLVER)
                    .method("resolveAll", '(' + QUESTION + "[L" + RECORD)
                    .before(parameter(0), NONE, NONE),
            onLibrary(PACKAGE + "DnsAddressResolveContext")
                    .method("convertRecord", answer)
                    .after(parameter(1)),
            onLibrary(PACKAGE + "DnsRecordResolveContext")
                    .method("convertRecord", answer)
                    .after(parameter(1)),
        };
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new NameDeniedException(denial);
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a != null) {
            enforcement.names().question(a instanceof String host ? host : String.valueOf(NAME.text(a)));
        }
    }

    /** A record was turned into what was asked for; without one it is passed over. */
    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) throws UnknownHostException {
        InetAddress address = result instanceof InetAddress found ? found : result == null ? null : address(result);
        if (address == null || !(a instanceof String host) || !isResolver(GateCaller.get())) {
            return result;
        }
        try {
            return enforcement.names().answerOfLibrary(host, new InetAddress[] {address}).length == 0 ? null : result;
        } catch (NameDeniedException e) {
            return null;
        }
    }

    private static boolean isResolver(Class<?> caller) {
        String name = caller.getName();
        return name.endsWith(".netty.resolver.dns.DnsAddressResolveContext")
                || name.endsWith(".netty.resolver.dns.DnsRecordResolveContext");
    }

    private static @Nullable InetAddress address(Object addressRecord) throws UnknownHostException {
        int type = NUMBER.getInt(TYPE.require(addressRecord));
        if (type != A && type != AAAA) {
            return null;
        }
        byte[] bytes = (byte[]) Member.callStatic(
                addressRecord.getClass(),
                "io.netty.handler.codec.dns.DefaultDnsRawRecord",
                "io.netty.buffer.ByteBufUtil",
                "getBytes",
                CONTENT.require(addressRecord));
        return InetAddress.getByAddress(bytes);
    }
}
