package dev.sallyport.policy.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * Ed25519 keys in files, as OpenSSL writes them: the private one as PKCS #8, the public one as X.509 SubjectPublicKeyInfo, both in
 * PEM. Apart from all else, since a start without a key shall not load the JDK's security providers.
 */
public final class BundleKey {

    private static final String ALGORITHM = "Ed25519";
    private static final long MOST_BYTES = 10_000;

    private BundleKey() {}

    /** Returns a new pair of keys, the private one first, as texts of files. */
    public static String[] generate() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        return new String[] {
            pem("PRIVATE KEY", pair.getPrivate().getEncoded()),
            pem("PUBLIC KEY", pair.getPublic().getEncoded())
        };
    }

    /**
     * Returns a bundle with a signature behind it, in place of one that it may have.
     *
     * @param privateKey the file of the private key
     * @throws IOException if there is no such key in the file
     */
    public static byte[] sign(byte[] bundle, Path privateKey) throws IOException {
        int signed = Bundle.signedLength(bundle);
        int length = signed < 0 ? bundle.length : signed;
        byte[] result = new byte[length + Bundle.SIGNED.length + Bundle.SIGNATURE_BYTES];
        System.arraycopy(bundle, 0, result, 0, length);
        System.arraycopy(Bundle.SIGNED, 0, result, length, Bundle.SIGNED.length);
        try {
            PrivateKey key = KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(read(privateKey, "PRIVATE KEY")));
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(bundle, 0, length);
            byte[] bytes = signature.sign();
            System.arraycopy(bytes, 0, result, length + Bundle.SIGNED.length, Bundle.SIGNATURE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IOException(privateKey + " is not a private key of Ed25519: " + e.getMessage(), e);
        }
        return result;
    }

    /**
     * Returns whether a bundle is signed by the owner of a key.
     *
     * @param publicKey the file of the public key
     * @throws IOException if there is no such key in the file
     */
    public static boolean verifies(byte[] bundle, Path publicKey) throws IOException {
        PublicKey key;
        try {
            key = KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(read(publicKey, "PUBLIC KEY")));
        } catch (GeneralSecurityException e) {
            throw new IOException(publicKey + " is not a public key of Ed25519: " + e.getMessage(), e);
        }
        int length = Bundle.signedLength(bundle);
        if (!Bundle.is(bundle) || length < 0) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(bundle, 0, length);
            return signature.verify(bundle, length + Bundle.SIGNED.length, Bundle.SIGNATURE_BYTES);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] read(Path file, String kind) throws IOException {
        if (!Files.isReadable(file) || Files.size(file) > MOST_BYTES) {
            throw new IOException("the key " + file + " cannot be read");
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        String begin = "-----BEGIN " + kind + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + kind + "-----");
        if (from < 0 || to < from) {
            throw new IOException(file + " holds no '" + kind + "' in PEM");
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds no '" + kind + "' in PEM", e);
        }
    }

    private static String pem(String kind, byte[] encoded) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }
}
