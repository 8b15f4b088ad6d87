package dev.sallyport.agent.enforce;

import dev.sallyport.agent.audit.Found;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.HttpRequest;
import dev.sallyport.policy.content.ContentRule;
import dev.sallyport.policy.content.ContentRules;
import dev.sallyport.policy.content.Finding;
import dev.sallyport.policy.content.Inspection;
import dev.sallyport.policy.content.RequestContent;
import dev.sallyport.policy.content.ToolContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into calls that are allowed otherwise, where a policy says what may not be in them. Loaded with the first such policy. */
final class ContentChecks {

    private ContentChecks() {}

    /**
     * What was found, and what it makes of the call.
     *
     * @param decision the decision
     * @param found what was found
     */
    record Checked(Decision decision, Found found) {}

    /**
     * Looks into the arguments of a tool.
     *
     * @param given the arguments as the framework has them
     * @return null if nothing was found
     */
    static @Nullable Checked tool(ContentRules rules, Call call, Decision allowed, @Nullable Object given) {
        Inspection inspection = rules.of(call);
        if (inspection == null || given == null) {
            return null;
        }
        Map<String, Object> arguments = call.circumstances().arguments();
        List<Finding> findings;
        if (arguments != null) {
            findings = ToolContent.findings(inspection.detectors(), arguments);
        } else if (given instanceof String text) {
            findings = ToolContent.findings(inspection.detectors(), text);
        } else {
            findings = List.of(Finding.unseen(ContentRule.ARGUMENTS));
        }
        return checked(inspection, allowed, findings, given);
    }

    /**
     * Looks into what a request says before its body.
     *
     * @return null if nothing was found, and its body will be seen or there is none
     */
    static @Nullable Checked request(ContentRules rules, Call call, Decision allowed, Request request) {
        Inspection inspection = rules.of(call);
        if (inspection == null) {
            return null;
        }
        List<Finding> findings = RequestContent.findings(inspection.detectors(), request.facts());
        if (!request.bodySeen() && mayHaveBody(request.facts())) {
            findings = new ArrayList<>(findings);
            findings.add(Finding.unseen(ContentRule.BODY));
        }
        return checked(inspection, allowed, findings, null);
    }

    /** Returns what findings make of a call; null if there are none. */
    static @Nullable Checked checked(
            Inspection inspection, Decision allowed, List<Finding> findings, @Nullable Object arguments) {
        return findings.isEmpty()
                ? null
                : new Checked(inspection.decide(allowed, findings), new Found(Finding.words(findings), arguments));
    }

    private static boolean mayHaveBody(HttpRequest facts) {
        String method = facts.method();
        if (method == null) {
            return true;
        }
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "CONNECT" -> {
                String length = facts.header("Content-Length");
                yield (length != null && !length.equals("0")) || facts.header("Transfer-Encoding") != null;
            }
            default -> true;
        };
    }
}
