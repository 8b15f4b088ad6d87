package com.example.http.okhttp;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** OkHttp on its dispatcher's threads. */
public final class OkHttpEnqueued extends OkHttp {

    @Override
    public String name() {
        return "okhttp-enqueued";
    }

    @Override
    int answer(Call call) throws Exception {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call failed, IOException e) {
                answer.completeExceptionally(e);
            }

            @Override
            public void onResponse(Call answered, Response response) throws IOException {
                try (response) {
                    answer.complete(status(response));
                }
            }
        });
        return answer.get();
    }
}
