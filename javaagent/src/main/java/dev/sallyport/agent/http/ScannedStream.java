package dev.sallyport.agent.http;

import dev.sallyport.agent.enforce.BodyScan;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a body to where its client would have written it, once it was looked into. Single bytes are kept until there are some
 * of them, so that what comes byte by byte does not leave before it is whole.
 */
final class ScannedStream extends OutputStream {

    private static final int FEW = 1024;

    private final OutputStream to;
    private final BodyScan scan;
    private byte @Nullable [] few;
    private int count;

    ScannedStream(OutputStream to, BodyScan scan) {
        this.to = to;
        this.scan = scan;
    }

    @Override
    public void write(int b) throws IOException {
        byte[] kept = few;
        if (kept == null) {
            kept = new byte[FEW];
            few = kept;
        }
        if (count == FEW) {
            pass();
        }
        kept[count++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        pass();
        scan.read(bytes, offset, offset + length);
        to.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        pass();
        to.flush();
    }

    @Override
    public void close() throws IOException {
        pass();
        scan.end();
        to.close();
    }

    private void pass() throws IOException {
        byte[] kept = few;
        int length = count;
        count = 0;
        if (kept != null && length > 0) {
            scan.read(kept, 0, length);
            to.write(kept, 0, length);
        }
    }
}
