package dev.sallyport.policy.load;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the files that a policy is made of. For one thread. */
final class SourceFiles {

    private final Problems problems;
    private final List<byte[]> contents = new ArrayList<>(1);
    private int bytes;
    private int lines = 1;
    private boolean slow;
    private final @Nullable Path key;

    /**
     * @param problems which has begun the first file already, and not yet any other
     * @param key the public key by whose owner each file must be signed; null if none must
     */
    SourceFiles(Problems problems, @Nullable Path key) {
        this.problems = problems;
        this.key = key;
    }

    /** Returns how many lines all files have in all, at most. */
    int lines() {
        return problems.linesBefore() + lines;
    }

    /** Returns whether a file took the whole of YAML to read, or was a bundle of one that did. */
    boolean slow() {
        return slow;
    }

    /**
     * Returns whether what {@code file} holds was found right before: it is a bundle, or one of it was kept beside it, and both are
     * made only of what could be loaded.
     */
    boolean wasLoadedBefore(Path file) {
        return contents.size() == 1
                && (Bundle.is(contents.get(0)) || (key == null && Bundled.isKept(file, contents.get(0))));
    }

    /** Returns the bytes of all files that were read, one after the other. */
    byte[] contents() {
        if (contents.size() == 1) {
            return contents.get(0);
        }
        byte[] all = new byte[bytes];
        int at = 0;
        for (int i = 0; i < contents.size(); i++) {
            byte[] content = contents.get(i);
            System.arraycopy(content, 0, all, at, content.length);
            at += content.length;
        }
        return all;
    }

    /** Returns what is in a file, or in the files of a directory; null with the problem noted. */
    @Nullable
    Node read(Path file) {
        File onDisk = file.toFile();
        if (!onDisk.isDirectory()) {
            return node(onDisk);
        }
        return key == null
                ? directory(onDisk)
                : fault(
                        file + " is a directory, and the option 'key' wants one signed file",
                        "make it with 'sallyport bundle --sign'");
    }

    /** Begins another file and returns what is in it; null with the problem noted. */
    @Nullable
    Node another(Path file) {
        Path name = file.getFileName();
        begin(name == null ? file.toString() : name.toString());
        return node(file.toFile());
    }

    /** A file has at most as many lines as bytes, and one more. */
    private void begin(String name) {
        problems.begin(name, lines);
        lines = 1;
    }

    private @Nullable Node directory(File directory) {
        File[] files = directory.listFiles();
        List<String> names = new ArrayList<>();
        for (int i = 0; files != null && i < files.length; i++) {
            String name = files[i].getName();
            boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
            if (yaml && !name.startsWith(".") && !name.endsWith(".test.yaml") && files[i].isFile()) {
                names.add(name);
            }
        }
        if (names.isEmpty()) {
            return fault(
                    "there is no file *.yaml in the directory " + directory, "name the policy's file or its directory");
        }
        String[] sorted = names.toArray(new String[0]);
        Arrays.sort(sorted);
        MergedFiles merged = new MergedFiles(problems);
        for (int i = 0; i < sorted.length; i++) {
            begin(sorted[i]);
            Node root = node(new File(directory, sorted[i]));
            if (root != null) {
                merged.add(root);
            }
        }
        return problems.errors() ? null : merged.root();
    }

    private @Nullable Node node(File file) {
        byte[] content = content(file);
        if (content == null) {
            return null;
        }
        contents.add(content);
        bytes += content.length;
        lines = content.length + 1;
        // no policy in YAML begins so; what reads bundles is loaded for them alone
        if (content.length > 0 && content[0] == 's' && Bundle.is(content)) {
            return Bundled.read(content, this);
        }
        return isUtf8(content) ? tree(file, content) : null;
    }

    private byte @Nullable [] content(File file) {
        int most = PolicyLoader.MOST_BYTES - bytes;
        if (!file.exists()) {
            fault("there is no file " + file.getPath(), "check the path in the 'policy' option");
        } else if (file.isDirectory()) {
            fault(file.getPath() + " is a directory", "name a file");
        } else if (file.length() > most) {
            fault("the policy is larger than " + (PolicyLoader.MOST_BYTES >> 20) + " MiB", null);
        } else {
            try (FileInputStream in = new FileInputStream(file)) {
                byte[] content = in.readNBytes(most);
                return key == null || isSigned(content, key) ? content : null;
            } catch (IOException e) {
                fault("the file cannot be read: " + e.getMessage(), "check its permissions");
            }
        }
        return null;
    }

    private boolean isSigned(byte[] content, Path by) {
        try {
            if (BundleKey.verifies(content, by)) {
                return true;
            }
        } catch (IOException e) {
            fault(String.valueOf(e.getMessage()), "check the path in the 'key' option");
            return false;
        }
        String what = !Bundle.is(content)
                ? "the option 'key' wants a signed bundle, and this is none"
                : Bundle.signedLength(content) < 0
                        ? "the bundle is not signed"
                        : "the bundle is not signed with the key " + by + ", or was altered";
        fault(what, "make it with 'sallyport bundle --sign'");
        return false;
    }

    private @Nullable Node fault(String message, @Nullable String suggestion) {
        problems.error(0, 0, message, suggestion);
        return null;
    }

    private @Nullable Node tree(File file, byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        Node plain = PlainYaml.read(text, problems.linesBefore());
        if (plain != null) {
            return plain;
        }
        slow = true;
        Node kept = key == null ? Bundled.kept(file, content, problems) : null;
        return kept != null ? kept : YamlTree.read(text.startsWith("\uFEFF") ? text.substring(1) : text, problems);
    }

    private boolean isUtf8(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') < 0 || Utf8.is(content)) {
            return true;
        }
        int line = problems.linesBefore() + 1;
        int at = text.indexOf('\uFFFD');
        for (int i = 0; i < at; i++) {
            line += text.charAt(i) == '\n' ? 1 : 0;
        }
        problems.error(line, at - text.lastIndexOf('\n', at), "these bytes are not UTF-8", null);
        return false;
    }

    /** Reads bundles; apart, because what it needs is loaded with it. */
    private static final class Bundled {

        static @Nullable Node read(byte[] content, SourceFiles files) {
            Problems problems = files.problems;
            Bundle.Content bundle;
            int before = problems.linesBefore();
            try {
                bundle = Bundle.read(content, before);
            } catch (Bundle.BrokenException e) {
                return files.fault(String.valueOf(e.getMessage()), "build it again with 'sallyport bundle'");
            }
            for (int i = 0; i < bundle.names().size(); i++) {
                problems.beginAt(
                        bundle.names().get(i), before + bundle.linesBefore().get(i));
            }
            files.lines =
                    bundle.lines() + 1 - bundle.linesBefore().get(bundle.names().size() - 1);
            return bundle.root();
        }

        static boolean isKept(Path file, byte[] content) {
            return !file.toFile().isDirectory()
                    && PolicyBundle.beside(file.toAbsolutePath(), PolicyBundle.digest(content))
                            .toFile()
                            .isFile();
        }

        /** Returns what the bundle says that was kept beside a file; null if there is none of just this content. */
        static @Nullable Node kept(File file, byte[] content, Problems problems) {
            File directory = file.getAbsoluteFile().getParentFile();
            String[] names = directory == null ? null : directory.list();
            boolean any = false;
            for (int i = 0; names != null && i < names.length; i++) {
                any |= names[i].endsWith(PolicyBundle.SUFFIX);
            }
            if (!any) {
                return null;
            }
            String digest = PolicyBundle.digest(content);
            File bundle =
                    PolicyBundle.beside(file.toPath().toAbsolutePath(), digest).toFile();
            if (!bundle.isFile() || bundle.length() > PolicyLoader.MOST_BYTES) {
                return null;
            }
            try (FileInputStream in = new FileInputStream(bundle)) {
                Bundle.Content read = Bundle.read(in.readAllBytes(), problems.linesBefore());
                return read.digest().equals(digest) && read.names().size() == 1 ? read.root() : null;
            } catch (IOException | Bundle.BrokenException e) {
                return null;
            }
        }
    }

    /** Apart, because what it needs is loaded with it. */
    private static final class Utf8 {

        static boolean is(byte[] content) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
                return true;
            } catch (CharacterCodingException e) {
                return false;
            }
        }
    }
}
