package dev.sallyport.agent.enforce;

import dev.sallyport.Denial;
import dev.sallyport.EgressDeniedException;
import dev.sallyport.agent.attribution.Attribution;
import dev.sallyport.agent.audit.Found;
import dev.sallyport.gate.AgentContext;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Via;
import dev.sallyport.policy.content.ContentRule;
import dev.sallyport.policy.content.ContentScan;
import dev.sallyport.policy.content.Finding;
import dev.sallyport.policy.content.Inspection;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the body of one request as it is written: each part before it is handed on. A part that completes what may not
 * leave is refused, and so is every part after it. Parts come one after the other, on whatever threads.
 */
public final class BodyScan {

    private final Enforcement enforcement;
    private final Enforcement.Snapshot current;
    private final @Nullable AgentContext context;
    private final Attribution attribution;
    private final Call call;
    private final Inspection inspection;
    private final ContentScan scan;
    private int told;
    private @Nullable Denial refused;

    BodyScan(
            Enforcement enforcement,
            Enforcement.Snapshot current,
            @Nullable AgentContext context,
            Attribution attribution,
            Call call,
            Inspection inspection) {
        this.enforcement = enforcement;
        this.current = current;
        this.context = context;
        this.attribution = attribution;
        this.call = call;
        this.inspection = inspection;
        this.scan = new ContentScan(inspection.detectors());
    }

    /** Looks into a part that is about to be written. */
    public void read(byte[] part, int from, int to) throws EgressDeniedException {
        throwIfRefused();
        try {
            scan.read(part, from, to);
            decide();
        } catch (RuntimeException | LinkageError e) {
            fail(e);
        }
    }

    /** Looks into a part that is about to be written, and leaves the buffer as it is. */
    public void read(ByteBuffer part) throws EgressDeniedException {
        throwIfRefused();
        try {
            scan.read(part);
            decide();
        } catch (RuntimeException | LinkageError e) {
            fail(e);
        }
    }

    /** Hears that nothing more comes. */
    public void end() throws EgressDeniedException {
        throwIfRefused();
        try {
            scan.end();
            decide();
        } catch (RuntimeException | LinkageError e) {
            fail(e);
        }
    }

    private void decide() throws EgressDeniedException {
        if (!scan.found()) {
            return;
        }
        List<Finding> findings = scan.findings(ContentRule.BODY);
        if (findings.size() > told) { // else it is more of what was told already
            told = findings.size();
            decide(findings);
        }
    }

    private void decide(List<Finding> findings) throws EgressDeniedException {
        if (findings.isEmpty()) {
            return;
        }
        Decision allowed = Enforcement.decision(current, context, call, attribution);
        Decision decision = inspection.decide(allowed, findings);
        if (!decision.equals(allowed)) {
            Found found = new Found(Finding.words(findings), null);
            refused = enforcement.record(current, context, call, decision, attribution, null, found);
            throwIfRefused();
        }
    }

    /** This runs where no guard stands around it: what {@code onError} says becomes of the request. */
    private void fail(Throwable failure) throws EgressDeniedException {
        refused = enforcement.failed("the body of a request", Stage.HTTP, Via.HTTP, failure);
        throwIfRefused();
    }

    private void throwIfRefused() throws EgressDeniedException {
        Denial denial = refused;
        if (denial != null) {
            throw new EgressDeniedException(denial);
        }
    }
}
