package com.example.http.netty;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import io.grpc.okhttp.OkHttpChannelBuilder;

/** gRPC with its own copy of OkHttp, which connects on threads of the channel's. */
public final class GrpcOkHttp implements ClientKind {

    @Override
    public String name() {
        return "grpc-okhttp";
    }

    @Override
    public Client client(Wiring wiring) {
        return Grpc.client(wiring, OkHttpChannelBuilder::forAddress);
    }
}
