package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.field;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The target that a socket reaches through a SOCKS or HTTP proxy. At the connect below only the hop to the proxy is seen,
 * so the target is decided here, and both must be allowed.
 *
 * <p>Nearly every client socket has this implementation. The field {@code server} is set where the program named the
 * proxy; else a system property or a {@link ProxySelector} may. A selector that is not the JDK's own may or may not send
 * this target to a proxy, so with one the target is decided in any case, and a direct connect is decided twice.
 */
public final class ProxiedConnect implements Guard {

    private static final String JDK_SELECTOR = "sun.net.spi.DefaultProxySelector";
    private static final String CONNECT = "(Ljava/net/SocketAddress;I)V";

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public ProxiedConnect(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("java/net/SocksSocketImpl")
                    .method("connect", CONNECT)
                    .before(parameter(0), field("server", "Ljava/lang/String;"), NONE),
            on("java/net/HttpConnectSocketImpl")
                    .method("connect", CONNECT)
                    .before(parameter(0), field("server", "Ljava/lang/String;"), NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.TCP};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) throws Throwable {
        if (a instanceof InetSocketAddress target && (b != null || target.isUnresolved() || mayBeProxied())) {
            enforcement.connectBehindProxy(target);
        }
    }

    private static boolean mayBeProxied() {
        // Properties of a program's own may tell the JDK something else than what they tell here.
        if (System.getProperties().getClass() != Properties.class) {
            return true;
        }
        if (System.getProperty("socksProxyHost") != null || Boolean.getBoolean("java.net.useSystemProxies")) {
            return true;
        }
        ProxySelector selector = ProxySelector.getDefault();
        return selector != null && !selector.getClass().getName().equals(JDK_SELECTOR);
    }
}
