package dev.sallyport.launch;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A zip archive that lies uncompressed inside another file, read in place: nothing is extracted to the disk, where
 * somebody could change it. Kept in memory is the directory, or the whole of an archive that is read at once.
 *
 * <p>Only what the build writes is understood: no zip64, no encryption (PKWARE APPNOTE 6.3.10, sections 4.3.7 to 4.3.16).
 */
final class NestedArchive {

    private static final int END = 0x06054b50;
    private static final int DIRECTORY_ENTRY = 0x02014b50;
    private static final int END_SIZE = 22;
    private static final int DIRECTORY_ENTRY_SIZE = 46;
    private static final int LOCAL_HEADER_SIZE = 30;
    private static final int DEFLATED = 8;

    private final RandomAccessFile file;
    private final long start;
    private final byte @Nullable [] content;
    private final Map<String, long[]> entries;

    /**
     * Reads the directory of an archive.
     *
     * @param file the file it lies in; shared between archives, each access is synchronised on it
     * @param start where it begins in the file
     * @param length its length
     */
    NestedArchive(RandomAccessFile file, long start, long length) throws IOException {
        this(file, start, length, false);
    }

    /** Takes what another class of this name has read: {@link #parts}. */
    @SuppressWarnings("unchecked")
    NestedArchive(@Nullable Object[] parts) {
        this.file = (RandomAccessFile) Objects.requireNonNull(parts[0]);
        this.start = (Long) Objects.requireNonNull(parts[1]);
        this.content = (byte @Nullable []) parts[2];
        this.entries = (Map<String, long[]>) Objects.requireNonNull(parts[3]);
    }

    private NestedArchive(RandomAccessFile file, long start, long length, boolean atOnce) throws IOException {
        this.file = file;
        this.start = start;
        this.content = atOnce ? readFile(file, start, (int) length) : null;
        byte[] end = read(start + length - END_SIZE, END_SIZE);
        if (int32(end, 0) != END) {
            throw new ZipException("no end of directory where it is expected: the jar was repacked or is damaged");
        }
        int count = int16(end, 10);
        byte[] directory = read(start + uint32(end, 16), int32(end, 12));
        this.entries = new HashMap<>(count * 2);
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (int32(directory, at) != DIRECTORY_ENTRY) {
                throw new ZipException("a damaged directory entry");
            }
            int nameLength = int16(directory, at + 28);
            String name = new String(directory, at + DIRECTORY_ENTRY_SIZE, nameLength, StandardCharsets.ISO_8859_1);
            entries.put(name, new long[] {
                uint32(directory, at + 42),
                uint32(directory, at + 20),
                uint32(directory, at + 24),
                int16(directory, at + 10)
            });
            at += DIRECTORY_ENTRY_SIZE + nameLength + int16(directory, at + 30) + int16(directory, at + 32);
        }
    }

    /** Returns all that was read, to make another one of. */
    @Nullable
    Object[] parts() {
        return new @Nullable Object[] {file, start, content, entries};
    }

    Iterable<String> names() {
        return entries.keySet();
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    /** Returns the size of an entry as it lies in the file, -1 if there is none of this name. */
    long size(String name) {
        long[] entry = entries.get(name);
        return entry == null ? -1 : entry[1];
    }

    /** Opens an archive that is an uncompressed entry of this one. */
    NestedArchive nested(String name) throws IOException {
        return nested(name, false);
    }

    /** Reads an archive that is an uncompressed entry of this one into memory; for one of which most will be used. */
    NestedArchive nestedAtOnce(String name) throws IOException {
        return nested(name, true);
    }

    private NestedArchive nested(String name, boolean atOnce) throws IOException {
        long[] entry = entries.get(name);
        if (entry == null || entry[3] == DEFLATED) {
            throw new ZipException(name + " is missing or compressed");
        }
        return new NestedArchive(file, dataOffset(entry), entry[1], atOnce);
    }

    /** Returns the bytes of an entry, or null if there is none of this name. */
    byte @Nullable [] bytes(String name) throws IOException {
        long[] entry = entries.get(name);
        if (entry == null) {
            return null;
        }
        byte[] data = read(dataOffset(entry), (int) entry[1]);
        return entry[3] == DEFLATED ? inflate(name, data, (int) entry[2]) : data;
    }

    private static byte[] inflate(String name, byte[] data, int size) throws IOException {
        byte[] content = new byte[size];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(data);
            int length = 0;
            while (length < size) {
                int n = inflater.inflate(content, length, size - length);
                if (n == 0) {
                    throw new ZipException(name + " is damaged");
                }
                length += n;
            }
            return content;
        } catch (DataFormatException e) {
            throw new IOException(name + " is damaged", e);
        } finally {
            inflater.end();
        }
    }

    private long dataOffset(long[] entry) throws IOException {
        byte[] header = read(start + entry[0], LOCAL_HEADER_SIZE);
        return start + entry[0] + LOCAL_HEADER_SIZE + int16(header, 26) + int16(header, 28);
    }

    private byte[] read(long offset, int length) throws IOException {
        if (content == null) {
            return readFile(file, offset, length);
        }
        int from = (int) (offset - start);
        if (from < 0 || length < 0 || length > content.length - from) {
            throw new EOFException("the jar ends too early");
        }
        byte[] bytes = new byte[length];
        System.arraycopy(content, from, bytes, 0, length);
        return bytes;
    }

    private static byte[] readFile(RandomAccessFile file, long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        synchronized (file) {
            if (offset < 0 || offset + length > file.length()) {
                throw new EOFException("the jar ends too early");
            }
            file.seek(offset);
            file.readFully(bytes);
        }
        return bytes;
    }

    private static int int16(byte[] b, int at) {
        return b[at] & 0xff | (b[at + 1] & 0xff) << 8;
    }

    private static int int32(byte[] b, int at) {
        return int16(b, at) | int16(b, at + 2) << 16;
    }

    private static long uint32(byte[] b, int at) {
        return int32(b, at) & 0xffff_ffffL;
    }
}
