package com.example.http.ktor;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import io.ktor.client.HttpClient;
import io.ktor.client.HttpClientKt;
import io.ktor.client.engine.cio.CIO;
import io.ktor.client.request.HttpRequestBuilder;
import io.ktor.client.statement.HttpResponse;
import io.ktor.client.statement.HttpStatement;
import io.ktor.http.ContentType;
import io.ktor.http.HttpMethod;
import io.ktor.http.URLParserKt;
import io.ktor.http.content.TextContent;
import java.net.Proxy;
import java.net.URI;
import kotlin.Unit;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;

/** Ktor's client on CIO. */
public final class KtorCio implements ClientKind {

    @Override
    public String name() {
        return "ktor-cio";
    }

    @Override
    public Client client(Wiring wiring) {
        Proxy proxy = wiring.resolvedProxy();
        HttpClient client = HttpClientKt.HttpClient(CIO.INSTANCE, config -> {
            config.engine(engine -> {
                engine.setProxy(proxy);
                return Unit.INSTANCE;
            });
            return Unit.INSTANCE;
        });
        return (method, url) -> send(client, method, url);
    }

    private static int send(HttpClient client, String method, URI url) throws InterruptedException {
        HttpRequestBuilder request = new HttpRequestBuilder();
        request.setMethod(HttpMethod.Companion.parse(method));
        URLParserKt.takeFrom(request.getUrl(), url.toString());
        if (method.equals("POST")) {
            request.setBody(new TextContent("body", ContentType.Text.INSTANCE.getPlain(), null));
        }
        HttpResponse response = BuildersKt.runBlocking(
                EmptyCoroutineContext.INSTANCE,
                (scope, continuation) -> new HttpStatement(request, client).execute(continuation));
        return response.getStatus().getValue();
    }
}
