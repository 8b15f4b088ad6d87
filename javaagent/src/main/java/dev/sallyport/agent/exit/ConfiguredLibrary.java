package dev.sallyport.agent.exit;

import static dev.sallyport.agent.weave.JoinPoint.on;
import static dev.sallyport.agent.weave.Operand.NONE;
import static dev.sallyport.agent.weave.Operand.parameter;

import dev.sallyport.Denial;
import dev.sallyport.NativeDeniedException;
import dev.sallyport.agent.enforce.Enforcement;
import dev.sallyport.agent.weave.Guard;
import dev.sallyport.agent.weave.JoinPoint;
import dev.sallyport.policy.Via;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Libraries that a service of the JDK opens by itself because its configuration names them, which a program can write:
 * PKCS#11, smart cards, native GSS. They pass neither {@link NativeLoad} nor {@link RawLibraryLoad}.
 */
public final class ConfiguredLibrary implements Guard {

    private static final String GSS = "sun/security/jgss/wrapper/SunNativeProvider";

    private final Enforcement enforcement;

    /** Creates the exit's guard. */
    public ConfiguredLibrary(Enforcement enforcement) {
        this.enforcement = enforcement;
    }

    @Override
    public JoinPoint[] points() {
        return new JoinPoint[] {
            on("sun/security/pkcs11/wrapper/PKCS11")
                    .method("<init>", "(Ljava/lang/String;Ljava/lang/String;)V")
                    .before(parameter(0), NONE, NONE),
            on("sun/security/smartcardio/PlatformPCSC")
                    .staticMethod("getLibraryName", "()Ljava/lang/String;")
                    .after(NONE),
            on(GSS + "$1").method("run", "()Ljava/util/HashMap;").until(23).before(NONE, NONE, NONE),
            // JDK 24 took the security manager away (JEP 486), and with it what was run for it.
            on(GSS).staticMethod("getMechOIDs", "()[Lorg/ietf/jgss/Oid;")
                    .since(24)
                    .before(NONE, NONE, NONE)
        };
    }

    @Override
    public Via[] vias() {
        return new Via[] {Via.NATIVE};
    }

    @Override
    public void before(@Nullable Object a, @Nullable Object b, int n) {
        String library = a == null ? System.getProperty("sun.security.jgss.lib") : (String) a;
        decide(library == null || library.isBlank() ? "gssapi" : library.strip());
    }

    @Override
    public @Nullable Object after(@Nullable Object a, @Nullable Object result) {
        if (result instanceof String library) {
            decide(library);
        }
        return result;
    }

    private void decide(String library) {
        enforcement.local().nativeCode(library.indexOf('/') >= 0 ? SystemPath.of(Path.of(library)) : library);
    }

    @Override
    public Throwable refusal(Denial denial) {
        return new NativeDeniedException(denial);
    }
}
