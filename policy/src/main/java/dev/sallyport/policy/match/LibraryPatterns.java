package dev.sallyport.policy.match;

import dev.sallyport.policy.Library;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule's {@code library}: a list of libraries, or everything outside a list. Immutable.
 *
 * @param patterns the list
 * @param outside whether it stands for the libraries that are not in the list
 */
public record LibraryPatterns(List<Pattern> patterns, boolean outside) {

    /**
     * One pattern.
     *
     * @param word the pattern as written
     * @param group a pattern over the group id; null for a package prefix
     * @param artifact a pattern over the artifact id; for a package prefix, the package itself
     * @param version a pattern over the version, null for every version
     */
    public record Pattern(
            String word,
            @Nullable Glob group,
            Glob artifact,
            @Nullable Glob version) {

        boolean matches(Library library) {
            String libraryGroup = library.group();
            if (group == null) {
                return libraryGroup == null && inPackage(library.packageName(), artifact.text());
            }
            return libraryGroup != null
                    && group.matches(libraryGroup)
                    && artifact.matches(library.artifact())
                    && (version == null || version.matches(library.version() == null ? "" : library.version()));
        }

        /** Returns the group id that its libraries have, if it is one alone; else null. */
        @Nullable
        String literalGroup() {
            return group == null || !group.literal() ? null : group.text();
        }

        private static boolean inPackage(String name, String prefix) {
            return name.startsWith(prefix) && (name.length() == prefix.length() || name.charAt(prefix.length()) == '.');
        }
    }

    /**
     * Returns whether {@code library} is meant.
     *
     * @param broad what to say of a call whose library nobody knows, if {@code outside}
     */
    boolean matches(Library library, boolean broad) {
        if (library.unknown()) {
            return outside && broad;
        }
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).matches(library)) {
                return !outside;
            }
        }
        return outside;
    }

    /** Returns whether only libraries of group ids that it names can be meant. */
    boolean namesGroups() {
        boolean names = !outside;
        for (int i = 0; i < patterns.size(); i++) {
            names &= patterns.get(i).literalGroup() != null;
        }
        return names;
    }

    /** Returns whether {@code library} is one that the list names. */
    public boolean names(Library library) {
        return !outside && matches(library, false);
    }

    /** Returns the patterns as written, as {@code [com.shop:*, com.azure:*]}. */
    public String words() {
        StringBuilder words = new StringBuilder("[");
        for (int i = 0; i < patterns.size(); i++) {
            words.append(i == 0 ? "" : ", ").append(patterns.get(i).word());
        }
        return words.append(']').toString();
    }
}
