package dev.sallyport.agent.audit;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;

/**
 * The journal's file: only ever appended to, by whole lines. Directory and file belong to the process's user alone.
 *
 * <p>It works on {@link RandomAccessFile}, which an interrupt does not close, and which is loaded long before; creating
 * the file by {@code java.nio.file} takes 5 to 11 ms on a cold JVM.
 */
final class JournalFile implements JournalWriter.Sink {

    private static final boolean POSIX = File.separatorChar == '/';

    private final File file;
    private final RandomAccessFile out;
    private long written;
    private boolean torn;

    private JournalFile(File file, RandomAccessFile out) {
        this.file = file;
        this.out = out;
    }

    /**
     * Creates {@code journal-<start>-<pid>.jsonl} in {@code dir}, and {@code dir} where it is missing.
     *
     * @throws JournalException if that cannot be done
     */
    static JournalFile create(File dir, long startMillis) throws JournalException {
        if (dir.exists()) {
            if (!dir.isDirectory()) {
                throw cannot(dir, "it is a file; a directory is needed");
            }
            if (!dir.canWrite()) {
                throw cannot(dir, "this user may not write in it");
            }
        } else if (!dir.mkdirs() && !dir.isDirectory()) {
            throw cannot(dir, "the directory does not exist and could not be made" + obstacle(dir));
        } else {
            restrict(dir, true);
        }
        String name = "journal-" + Times.compact(startMillis) + '-' + Pid.TEXT;
        File file = new File(dir, name + ".jsonl");
        for (int i = 2; file.exists(); i++) {
            file = new File(dir, name + '-' + i + ".jsonl");
        }
        // made in a directory that nobody else may enter, then moved: it is at no moment open to others
        File staging = new File(dir, '.' + name + ".new");
        File staged = new File(staging, file.getName());
        try {
            if (!staging.mkdir()) {
                throw cannot(dir, "a file could not be made in it");
            }
            restrict(staging, true);
            RandomAccessFile out = new RandomAccessFile(staged, "rw");
            restrict(staged, false);
            if (!staged.renameTo(file)) {
                out.close();
                throw cannot(dir, "a file could not be moved in it");
            }
            return new JournalFile(file, out);
        } catch (IOException e) {
            throw cannot(dir, String.valueOf(e.getMessage()));
        } finally {
            staged.delete();
            staging.delete();
        }
    }

    File file() {
        return file;
    }

    /**
     * Appends whole lines. After a failure the file is first cut back to the lines that were written whole, so that the
     * same lines can be given again.
     *
     * @throws IOException if they could not be written
     */
    @Override
    public void append(byte[] lines, int length) throws IOException {
        if (torn) {
            out.setLength(written);
            out.seek(written);
        }
        torn = true;
        out.write(lines, 0, length);
        written += length;
        torn = false;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static void restrict(File file, boolean directory) throws JournalException {
        if (!POSIX) {
            return;
        }
        boolean done = file.setReadable(false, false)
                && file.setWritable(false, false)
                && file.setReadable(true, true)
                && file.setWritable(true, true)
                && (!directory || (file.setExecutable(false, false) && file.setExecutable(true, true)));
        if (!done) {
            throw cannot(file, "its permissions could not be limited to this user");
        }
    }

    /** Names the nearest parent that stands in the way, as far as that can be seen. */
    private static String obstacle(File dir) {
        for (File parent = dir.getAbsoluteFile().getParentFile(); parent != null; parent = parent.getParentFile()) {
            if (parent.exists()) {
                return parent.isDirectory()
                        ? parent.canWrite() ? "" : ": this user may not write in " + parent
                        : ": " + parent + " is a file";
            }
        }
        return "";
    }

    private static JournalException cannot(File dir, String why) {
        return new JournalException("the journal cannot be written to " + dir.getAbsolutePath() + ": " + why
                + ". Name a directory that this process may write to with journal=DIR (or sallyport.journal,"
                + " SALLYPORT_JOURNAL, audit.dir in the policy).");
    }
}
