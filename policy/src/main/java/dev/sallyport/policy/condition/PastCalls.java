package dev.sallyport.policy.condition;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The calls of one task, or of one run of an agent, that rules may ask about. Of each tool the newest {@value #KEPT} are
 * kept, and of a thousand tools: what is forgotten did not happen, so a flood of calls can only lead to refusals. Safe on any thread.
 */
public final class PastCalls {

    /** How many calls of one tool are kept. */
    public static final int KEPT = 256;

    private static final int MOST_TOOLS = 1_024;

    private final Map<String, ArrayDeque<PastCall>> calls = new HashMap<>();

    /** Notes a call. */
    public synchronized void add(PastCall call) {
        ArrayDeque<PastCall> ofTool = calls.get(call.tool());
        if (ofTool == null && calls.size() == MOST_TOOLS) {
            return;
        }
        if (ofTool == null) {
            ofTool = new ArrayDeque<>();
            calls.put(call.tool(), ofTool);
        }
        if (ofTool.size() == KEPT) {
            ofTool.removeLast();
        }
        ofTool.addFirst(call);
    }

    /**
     * Returns the calls of the tools that are meant, of each tool the newest first.
     *
     * @param tools which tools
     * @param sinceNanos when they ended at the earliest, by {@link System#nanoTime}
     */
    synchronized List<PastCall> of(Precedent tools, long sinceNanos) {
        List<PastCall> found = new ArrayList<>();
        for (Map.Entry<String, ArrayDeque<PastCall>> entry : calls.entrySet()) {
            if (!tools.concerns(entry.getKey())) {
                continue;
            }
            Iterator<PastCall> newest = entry.getValue().iterator();
            while (newest.hasNext()) {
                PastCall call = newest.next();
                if (call.nanos() - sinceNanos < 0) {
                    break;
                }
                found.add(call);
            }
        }
        return found;
    }
}
