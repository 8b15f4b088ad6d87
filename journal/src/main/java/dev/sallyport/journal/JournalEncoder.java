package dev.sallyport.journal;

import dev.sallyport.journal.JournalEntry.Jvm;
import dev.sallyport.journal.JournalEntry.Outcome;
import dev.sallyport.journal.JournalEntry.PolicyId;
import dev.sallyport.journal.JournalEntry.Target;
import dev.sallyport.journal.JournalEntry.Trace;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries as lines of JSON into a buffer of its own. Not thread-safe: the journal's writer owns one.
 *
 * <p>The lines are made by hand because the agent's first entry is written while the application starts: a JSON
 * library's classes, loaded cold, would cost a short program more than everything else that the journal does.
 */
public final class JournalEncoder {

    private final JsonLines json = new JsonLines();

    /** Creates an encoder with an empty buffer. */
    public JournalEncoder() {}

    /** Appends one entry and its line end. */
    public void append(JournalEntry e) {
        json.beginLine();
        json.text("id", e.id());
        json.text("time", e.time());
        json.text("agent", e.agent());
        json.texts("chain", e.chain());
        json.text("subject", e.subject());
        json.text("stage", e.stage());
        json.text("via", e.via());
        target(e.target());
        json.text("decision", e.decision());
        json.text("mode", e.mode());
        json.text("rule", e.rule());
        policy(e.policy());
        json.text("would", e.would());
        json.text("wouldRule", e.wouldRule());
        json.text("library", e.library());
        json.text("transport", e.transport());
        json.text("site", e.site());
        json.text("task", e.task());
        json.text("tool", e.tool());
        json.text("toolCall", e.toolCall());
        json.text("claimed", e.claimed());
        trace(e.trace());
        if (e.count() != 1) {
            json.number("count", e.count());
        }
        json.text("reason", e.reason());
        jvm(e.jvm());
        outcome(e.outcome());
        json.endLine();
    }

    @SuppressWarnings("ReferenceEquality") // an equal one would only be written as an empty object
    private void target(Target t) {
        if (t == Target.NONE) {
            return;
        }
        json.begin("target");
        json.text("name", t.name());
        json.text("address", t.address());
        if (t.port() >= 0) {
            json.number("port", t.port());
        }
        json.text("region", t.region());
        json.text("method", t.method());
        json.text("scheme", t.scheme());
        json.text("path", t.path());
        json.text("tool", t.tool());
        json.texts("command", t.command());
        json.text("file", t.file());
        json.text("agent", t.agent());
        json.end();
    }

    private void policy(@Nullable PolicyId p) {
        if (p != null) {
            json.begin("policy");
            json.text("name", p.name());
            json.text("version", p.version());
            json.text("digest", p.digest());
            json.end();
        }
    }

    private void trace(@Nullable Trace t) {
        if (t != null) {
            json.begin("trace");
            json.text("traceId", t.traceId());
            json.text("spanId", t.spanId());
            json.end();
        }
    }

    private void outcome(@Nullable Outcome o) {
        if (o != null) {
            json.begin("outcome");
            json.text("of", o.of());
            json.text("error", o.error());
            json.number("micros", o.micros());
            json.end();
        }
    }

    private void jvm(@Nullable Jvm j) {
        if (j != null) {
            json.begin("jvm");
            json.text("pid", j.pid());
            json.text("version", j.version());
            json.text("command", j.command());
            json.end();
        }
    }

    /** Returns the buffer: UTF-8, its first {@link #length()} bytes are whole lines. It changes with the next append. */
    public byte[] buffer() {
        return json.bytes();
    }

    /** Returns how many bytes of the buffer are filled. */
    public int length() {
        return json.length();
    }

    /** Takes back what was appended, also in part, since the buffer was {@code length} bytes long. */
    public void cutTo(int length) {
        json.cutTo(length);
    }

    /** Empties the buffer. */
    public void clear() {
        json.clear();
    }

    /** Encodes entries that need no other context; what a test or a tool writes. */
    public static byte[] encode(List<JournalEntry> entries) {
        JournalEncoder encoder = new JournalEncoder();
        for (JournalEntry entry : entries) {
            encoder.append(entry);
        }
        return Arrays.copyOf(encoder.buffer(), encoder.length());
    }
}
