package com.example.http.upon;

import com.example.http.Client;
import com.example.http.ClientKind;
import com.example.http.Wiring;
import java.net.Proxy;
import java.net.URI;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.http.Body;
import retrofit2.http.GET;
import retrofit2.http.POST;
import retrofit2.http.Url;

/** Retrofit, on OkHttp. */
public final class RetrofitClient implements ClientKind {

    /** Any server. */
    public interface Service {

        @GET
        Call<ResponseBody> get(@Url String url);

        @POST
        Call<ResponseBody> post(@Url String url, @Body RequestBody body);
    }

    @Override
    public String name() {
        return "retrofit";
    }

    @Override
    public Client client(Wiring wiring) {
        Proxy proxy = wiring.unresolvedProxy();
        OkHttpClient transport = new OkHttpClient.Builder()
                .proxy(proxy == null ? Proxy.NO_PROXY : proxy)
                .build();
        Service service = new Retrofit.Builder()
                .baseUrl("http://unused.test/")
                .client(transport)
                .build()
                .create(Service.class);
        return (method, url) -> send(service, method, url);
    }

    @SuppressWarnings("deprecation") // its successor is not in OkHttp 3
    private static int send(Service service, String method, URI url) throws Exception {
        Call<ResponseBody> call = method.equals("POST")
                ? service.post(url.toString(), RequestBody.create(MediaType.parse("text/plain"), "body"))
                : service.get(url.toString());
        Response<ResponseBody> response = call.execute();
        return response.code();
    }
}
