package com.example.http.helidon;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;

/** Helidon's web client 4. */
public final class Helidon implements ClientKind {

    private static final String API = "io.helidon.webclient.api.";

    @Override
    public String name() {
        return "helidon";
    }

    @Override
    public Client client(Wiring wiring) throws Exception {
        if (wiring.http2()) {
            Object client = http2();
            return (method, url) -> send(client, method, url);
        }
        Class<?> webClient = Class.forName(API + "WebClient");
        Object builder = webClient.getMethod("builder").invoke(null);
        if (wiring.proxy() != null) {
            Object proxy = Class.forName(API + "Proxy").getMethod("builder").invoke(null);
            proxy = call(proxy, "host", String.class, wiring.proxy().getHostString());
            proxy = call(proxy, "port", int.class, wiring.proxy().getPort());
            call(builder, "proxy", Class.forName(API + "Proxy"), call(proxy, "build"));
        }
        Object client = call(builder, "build");
        return (method, url) -> send(client, method, url);
    }

    private static Object http2() throws Exception {
        String http2 = "io.helidon.webclient.http2.Http2Client";
        Class<?> protocol = Class.forName(http2 + "ProtocolConfig");
        Object config = protocol.getMethod("builder").invoke(null);
        call(config, "priorKnowledge", boolean.class, true);
        Object builder = Class.forName(http2).getMethod("builder").invoke(null);
        call(builder, "protocolConfig", protocol, call(config, "build"));
        return call(builder, "build");
    }

    private static int send(Object client, String method, URI url) throws Exception {
        Class<?> methods = Class.forName("io.helidon.http.Method");
        Object named = methods.getMethod("create", String.class).invoke(null, method);
        Object request = call(call(client, "method", methods, named), "uri", URI.class, url);
        Object response =
                method.equals("POST") ? call(request, "submit", Object.class, "body") : call(request, "request");
        try {
            call(call(response, "entity"), "consume");
            return (int) call(call(response, "status"), "code");
        } finally {
            call(response, "close");
        }
    }

    private static Object call(Object target, String name) throws Exception {
        return invoke(find(target, name), target);
    }

    private static Object call(Object target, String name, Class<?> type, Object argument) throws Exception {
        return invoke(find(target, name, type), target, argument);
    }

    private static Method find(Object target, String name, Class<?>... types) throws NoSuchMethodException {
        Method method = target.getClass().getMethod(name, types);
        method.setAccessible(true);
        return method;
    }

    private static Object invoke(Method method, Object target, Object... arguments) throws Exception {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
