package dev.sallyport.agent.weave;

import org.jspecify.annotations.Nullable;

/** A library's class, as far as a guard of it cares. */
public class FakeClient implements FakeSender {

    private final String host;

    /** Creates a client of one host. */
    public FakeClient(String host) {
        this.host = host;
    }

    /** Sends to a class of the same library. */
    public String send(FakeClient to, String what) {
        return what + " to " + to.host;
    }

    /** An overload that no point is about. */
    public String send(int count) {
        return count + " times";
    }

    @Override
    public long length() {
        return host.length();
    }

    @Override
    public @Nullable Object none() {
        return null;
    }

    /** Fails as libraries do. */
    @SuppressWarnings("unused") // found by its name
    private Object failing() throws java.io.IOException {
        throw new java.io.IOException("on purpose");
    }
}
