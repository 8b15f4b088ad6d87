package dev.sallyport.policy;

import org.jspecify.annotations.Nullable;

/**
 * The library whose code made a call.
 *
 * @param group Maven group id, null if its jar carries no coordinates
 * @param artifact Maven artifact id, or the jar's file name, or {@code "?"}
 * @param version Maven version, null if unknown
 * @param packageName the package of the calling class, {@code ""} for the unnamed package
 */
public record Library(
        @Nullable String group, String artifact, @Nullable String version, String packageName) {

    /** Nobody's code: no frame of the stack belongs to a library. */
    public static final Library NONE = new Library(null, "?", null, "");

    /** Returns whether no frame of the stack told whose code it is. */
    public boolean unknown() {
        return group == null && packageName.isEmpty() && artifact.equals(NONE.artifact);
    }

    /** Returns {@code group:artifact:version}, or {@code jar!package} where there are no coordinates. */
    public String coordinates() {
        if (group != null) {
            return version == null ? group + ':' + artifact : group + ':' + artifact + ':' + version;
        }
        return packageName.isEmpty() ? artifact : artifact + '!' + packageName;
    }
}
