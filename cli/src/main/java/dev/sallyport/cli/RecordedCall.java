package dev.sallyport.cli;

import dev.sallyport.journal.JournalEntry;
import dev.sallyport.journal.JournalEntry.Target;
import dev.sallyport.policy.Addresses;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.HttpRequest;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The call that an entry tells of, as far as a journal keeps it: headers, for one, it does not. */
final class RecordedCall {

    private RecordedCall() {}

    /** Returns the call, or null if the entry is not about one. */
    static @Nullable Call of(JournalEntry entry) {
        Stage stage = stage(entry.stage());
        Via via = via(entry.via());
        if (stage == null || via == null) {
            return null;
        }
        Target target = entry.target();
        String address = target.address();
        return new Call(
                stage,
                via,
                entry.agent() == null ? "" : entry.agent(),
                library(entry.library(), entry.site()),
                target.name(),
                address == null ? null : Addresses.parse(address),
                target.port(),
                target.path() == null || target.scheme() == null
                        ? null
                        : new Request(target.method(), target.scheme(), target.path()),
                what(target));
    }

    private static @Nullable Stage stage(String label) {
        for (Stage stage : Stage.values()) {
            if (stage.label().equals(label)) {
                return stage;
            }
        }
        return null;
    }

    private static @Nullable Via via(@Nullable String label) {
        for (Via via : Via.values()) {
            if (via.label().equals(label)) {
                return via;
            }
        }
        return null;
    }

    private static @Nullable String what(Target target) {
        if (target.tool() != null) {
            return target.tool();
        }
        if (!target.command().isEmpty()) {
            return target.command().get(0);
        }
        return target.file() != null ? target.file() : target.agent();
    }

    /** Reads what {@link Library#coordinates()} wrote; the package comes from the calling class where it is not there. */
    private static Library library(@Nullable String coordinates, @Nullable String site) {
        if (coordinates == null) {
            return Library.NONE;
        }
        int jarEnd = coordinates.lastIndexOf('!');
        if (jarEnd >= 0) {
            return new Library(null, coordinates.substring(0, jarEnd), null, coordinates.substring(jarEnd + 1));
        }
        int dot = site == null ? -1 : site.lastIndexOf('.');
        String packageName = site == null || dot < 0 ? "" : site.substring(0, dot);
        String[] parts = coordinates.split(":", 3);
        return parts.length == 1
                ? new Library(null, coordinates, null, packageName)
                : new Library(parts[0], parts[1], parts.length == 3 ? parts[2] : null, packageName);
    }

    private record Request(@Nullable String method, String scheme, String path) implements HttpRequest {

        @Override
        public List<String> headers(String name) {
            return List.of();
        }
    }
}
