package dev.sallyport.agent.http;

/** The HTTP clients whose requests are seen: the tables that a reviewer reads. A guard is made when the first of its classes is
 * loaded. */
public final class Clients {

    private Clients() {}

    /** Returns the clients that are part of the JDK: the guard of each, and all classes that it stands at. */
    public static String[][] inJdk() {
        return new String[][] {
            {
                "dev.sallyport.agent.http.HttpUrlConnection",
                "sun/net/www/protocol/http/HttpURLConnection",
                "sun/net/www/http/HttpClient"
            },
            {
                "dev.sallyport.agent.http.JavaNetHttp",
                "jdk/internal/net/http/MultiExchange",
                "jdk/internal/net/http/ExchangeImpl",
                "jdk/internal/net/http/PlainHttpConnection",
                "jdk/internal/net/http/Http1Exchange",
                "jdk/internal/net/http/Stream"
            },
        };
    }

    /**
     * Returns the clients that are libraries: the guard of each, and the classes that it stands at, as ends of their names
     * ({@link dev.sallyport.agent.weave.JoinPoint#onLibrary}).
     */
    public static String[][] inLibraries() {
        return new String[][] {
            {
                "dev.sallyport.agent.http.OkHttp",
                "okhttp3/RealCall",
                "okhttp3/internal/connection/RealCall",
                "okhttp3/internal/connection/ConnectInterceptor",
                "okhttp3/internal/http/CallServerInterceptor",
                "okhttp3/internal/connection/StreamAllocation",
                "okhttp3/internal/connection/Transmitter",
                "okhttp3/internal/connection/ConnectPlan",
                "okhttp3/internal/connection/Exchange$RequestBodySink",
            },
            {
                "dev.sallyport.agent.http.ApacheHttp5",
                "apache/hc/client5/http/impl/classic/ConnectExec",
                "apache/hc/client5/http/impl/classic/MinimalHttpClient",
                "apache/hc/core5/http/impl/io/HttpRequestExecutor",
                "apache/hc/core5/http/impl/io/BHttpConnectionBase",
                "apache/hc/client5/http/ConnectExceptionSupport",
            },
            {
                "dev.sallyport.agent.http.ApacheAsync5",
                "apache/hc/client5/http/impl/async/AsyncConnectExec",
                "apache/hc/core5/reactor/IOSessionRequest",
                "apache/hc/core5/reactor/SingleCoreIOReactor",
                "apache/hc/core5/http/nio/command/RequestExecutionCommand",
                "apache/hc/core5/http/impl/nio/ClientHttp1StreamHandler",
                "apache/hc/core5/http2/impl/nio/ClientH2StreamHandler",
            },
            {
                "dev.sallyport.agent.http.ApacheAsync4",
                "apache/http/impl/nio/client/DefaultClientExchangeHandlerImpl",
                "apache/http/impl/nio/client/MinimalClientExchangeHandlerImpl",
                "apache/http/impl/nio/client/AbstractClientExchangeHandler",
                "apache/http/impl/nio/reactor/SessionRequestImpl",
                "apache/http/impl/nio/reactor/DefaultConnectingIOReactor$1",
            },
            {
                "dev.sallyport.agent.http.JettyClient",
                "eclipse/jetty/client/HttpClient",
                "eclipse/jetty/client/HttpDestination",
                "eclipse/jetty/client/HttpSender",
                "eclipse/jetty/client/transport/HttpDestination",
                "eclipse/jetty/client/transport/HttpSender",
                "eclipse/jetty/util/SocketAddressResolver$Async",
                "eclipse/jetty/io/ClientConnector",
            },
            {
                "dev.sallyport.agent.http.HelidonClient",
                "helidon/webclient/http1/Http1CallChainBase",
                "helidon/webclient/http2/Http2CallChainBase",
                "helidon/webclient/api/TcpClientConnection",
            },
            {
                "dev.sallyport.agent.http.AwsCrt",
                "amazon/awssdk/http/crt/AwsCrtAsyncHttpClient",
                "amazon/awssdk/http/crt/AwsCrtHttpClient",
            },
            {
                "dev.sallyport.agent.http.ApacheHttp4",
                "apache/http/impl/execchain/MainClientExec",
                "apache/http/impl/execchain/MinimalClientExec",
                "apache/http/impl/client/DefaultRequestDirector",
                "apache/http/protocol/HttpRequestExecutor",
                "apache/http/impl/BHttpConnectionBase",
                "apache/http/impl/entity/EntitySerializer",
            },
            {
                "dev.sallyport.agent.netty.NettyChannels",
                "netty/channel/AbstractChannel",
                "netty/channel/nio/AbstractNioChannel$AbstractNioUnsafe",
                "netty/channel/epoll/AbstractEpollChannel$AbstractEpollUnsafe",
                "netty/channel/kqueue/AbstractKQueueChannel$AbstractKQueueUnsafe",
                "netty/channel/uring/AbstractIoUringChannel$AbstractUringUnsafe",
                "netty/incubator/channel/uring/AbstractIOUringChannel$AbstractUringUnsafe",
                "netty/handler/proxy/ProxyHandler",
                "netty/bootstrap/Bootstrap",
                "reactor/netty/transport/TransportConnector",
            },
            {
                "dev.sallyport.agent.netty.NettySockets",
                "netty/channel/unix/Socket",
                "netty/channel/epoll/NativeDatagramPacketArray",
                "netty/channel/epoll/LinuxSocket",
                "netty/channel/kqueue/BsdSocket",
                "netty/channel/uring/AbstractIoUringChannel$AbstractUringUnsafe",
                "netty/incubator/channel/uring/AbstractIOUringChannel$AbstractUringUnsafe",
            },
            {
                "dev.sallyport.agent.netty.NettyLoops",
                "netty/util/concurrent/SingleThreadEventExecutor",
                "netty/util/concurrent/GlobalEventExecutor",
                "netty/util/concurrent/AbstractEventExecutor",
                "netty/util/concurrent/ScheduledFutureTask",
            },
            {
                "dev.sallyport.agent.netty.NettyNames",
                "netty/resolver/dns/DnsNameResolver",
                "netty/resolver/dns/DnsAddressResolveContext",
                "netty/resolver/dns/DnsRecordResolveContext",
            },
            {
                "dev.sallyport.agent.http.ReactorNetty",
                "reactor/netty/http/client/HttpClientConnect$HttpClientHandler",
                "reactor/netty/http/client/HttpClientConnect$MonoHttpConnect",
            },
            {
                "dev.sallyport.agent.http.Vertx",
                "io/vertx/core/http/impl/HttpClientImpl",
                "io/vertx/core/http/impl/HttpClientRequestImpl",
                "io/vertx/core/impl/future/FutureImpl",
            },
            {
                "dev.sallyport.agent.http.AsyncHttpClient",
                "org/asynchttpclient/netty/request/NettyRequestSender",
                "org/asynchttpclient/netty/channel/NettyChannelConnector",
            },
            {
                "dev.sallyport.agent.http.Armeria",
                "com/linecorp/armeria/client/HttpClientDelegate",
                "com/linecorp/armeria/client/RedirectingClient",
                "com/linecorp/armeria/client/retry/RetryingClient",
            },
            {
                "dev.sallyport.agent.http.KtorCio",
                "io/ktor/client/HttpClient",
                "io/ktor/client/engine/cio/CIOEngine",
                "io/ktor/client/engine/cio/Endpoint",
                "io/ktor/network/sockets/SocketImpl",
            },
            {"dev.sallyport.agent.http.AwsNetty", "software/amazon/awssdk/http/nio/netty/NettyNioAsyncHttpClient"},
            {
                "dev.sallyport.agent.http.Grpc",
                "io/grpc/internal/ClientCallImpl",
                "io/grpc/internal/ManagedChannelImpl$RealChannel",
                "io/grpc/netty/NettyClientTransport",
                "io/grpc/okhttp/OkHttpClientTransport$2",
                "io/grpc/okhttp/OkHttpClientTransport$3",
                "io/grpc/okhttp/OkHttpClientTransport$4",
            },
            {
                "dev.sallyport.agent.http.NettyWrites",
                "netty/channel/DefaultChannelPipeline",
                "netty/handler/codec/http2/HttpConversionUtil",
            },
            {"dev.sallyport.agent.http.NettyHttp1", "netty/handler/codec/http/HttpObjectEncoder"},
            {"dev.sallyport.agent.http.NettyHttp2", "netty/handler/codec/http2/DefaultHttp2ConnectionEncoder"},
        };
    }
}
