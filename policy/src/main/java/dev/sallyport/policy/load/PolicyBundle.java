package dev.sallyport.policy.load;

import dev.sallyport.policy.PolicySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Makes bundles of policies and layers. */
public final class PolicyBundle {

    static final String SUFFIX = ".sallyport";

    private static final int DIGITS_OF_NAME = 16;

    private PolicyBundle() {}

    /**
     * Returns the bundle of a policy, a directory of its files, or a layer; without a signature.
     *
     * @throws PolicyException if it cannot be used
     */
    public static byte[] of(Path file) throws PolicyException {
        return of(file, Overrides.NONE);
    }

    /**
     * Returns the bundle of a policy that goes with the layers which {@code overrides} names: they are looked at, and not put into
     * it.
     *
     * @throws PolicyException if it cannot be used
     */
    public static byte[] of(Path file, Overrides overrides) throws PolicyException {
        Path name = file.getFileName();
        Problems problems = new Problems(name == null ? file.toString() : name.toString());
        SourceFiles files = new SourceFiles(problems, null);
        Node root = files.read(file);
        if (root instanceof Node.Mapping mapping && isLayer(mapping)) {
            Problems ofLayer = new Problems(file.toString());
            Reading reading = new Reading(ofLayer);
            LayerFile layer = LayerFile.read(file, new SourceFiles(ofLayer, null), reading);
            if (layer != null) {
                Layer.read(layer, reading, layer.tasks(), false, null);
            }
            if (ofLayer.errors()) {
                throw new PolicyException(ofLayer.sorted(), false);
            }
        } else {
            PolicyLoader.load(file, overrides);
        }
        if (root == null) {
            throw new PolicyException(problems.sorted(), false);
        }
        return problems.bundle(digest(files.contents()), root, files.lines());
    }

    private static boolean isLayer(Node.Mapping root) {
        return root.get("kind") instanceof Node.Scalar kind && kind.text().equals("Layer");
    }

    /** Returns the SHA-256 of some bytes in lower-case hex. */
    static String digest(byte[] content) {
        return new PolicySource(Path.of(""), content).digest();
    }

    /**
     * Returns where the bundle of a file stands that the product has written by itself: beside it, so that nobody can put another
     * there who cannot change the policy.
     */
    static Path beside(Path file, String digest) {
        return file.resolveSibling(stem(file) + '-' + digest.substring(0, DIGITS_OF_NAME) + SUFFIX);
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot < 1 ? name : name.substring(0, dot);
    }

    /**
     * Writes the bundle of a file beside it, for the next start, if that would be faster by it: the file goes beyond what {@link
     * PlainYaml} reads, or has conditions, which need not be checked again before that start goes on. Takes away those of what
     * the file held before.
     *
     * @param hasConditions whether its rules have any
     * @return whether one was written
     * @throws IOException if it cannot be written
     */
    public static boolean keep(Path file, boolean hasConditions) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || !Files.isRegularFile(file) || !Files.isWritable(directory)) {
            return false;
        }
        Problems problems = new Problems(String.valueOf(file.getFileName()));
        SourceFiles files = new SourceFiles(problems, null);
        Node root = files.read(file);
        byte[] content = files.contents();
        if (root == null || problems.errors() || !(files.slow() || hasConditions)) {
            return false;
        }
        String digest = digest(content);
        if (hasConditions && !isRight(file, digest)) {
            return false;
        }
        Path bundle = beside(file.toAbsolutePath(), digest);
        if (Files.exists(bundle)) {
            return false;
        }
        Path whole = directory.resolve(bundle.getFileName() + ".new");
        Files.write(whole, problems.bundle(digest, root, files.lines()));
        Files.move(whole, bundle, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        String stem = stem(file) + '-';
        for (String other : list(directory)) {
            boolean older = other.startsWith(stem)
                    && other.length() == stem.length() + DIGITS_OF_NAME + SUFFIX.length()
                    && other.endsWith(SUFFIX);
            if (older && !directory.resolve(other).equals(bundle)) {
                Files.deleteIfExists(directory.resolve(other));
            }
        }
        return true;
    }

    /** Whoever reads the bundle takes it that the conditions in it are right, so this must be so of just what it holds. */
    private static boolean isRight(Path file, String digest) {
        try {
            return PolicyLoader.load(file, Overrides.NONE)
                    .policy()
                    .source()
                    .digest()
                    .equals(digest);
        } catch (PolicyException e) {
            return false;
        }
    }

    private static List<String> list(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? List.of() : List.of(names);
    }
}
