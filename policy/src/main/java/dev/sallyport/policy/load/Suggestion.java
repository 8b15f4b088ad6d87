package dev.sallyport.policy.load;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What a mistyped word may have been meant to be. */
public final class Suggestion {

    private Suggestion() {}

    /** Returns {@code did you mean 'x'?} for the word that is most like {@code word}; null if none is like it. */
    public static @Nullable String of(String word, Collection<String> words) {
        return Problems.suggest(word, words);
    }
}
