package dev.sallyport.policy;

import dev.sallyport.policy.match.Match;

/**
 * What one rule said of one call.
 *
 * @param rule the rule
 * @param match whether it matched
 * @param why the first of its conditions that did not hold or was undecided, or what it did: a clause without a subject,
 *     such as {@code agent is refund, not one of [orchestrator]}
 * @param decides whether it is the rule that decided
 */
public record RuleTrace(Rule rule, Match match, String why, boolean decides) {}
