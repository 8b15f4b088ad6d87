package dev.sallyport.policy.limit;

import dev.sallyport.policy.Action;
import dev.sallyport.policy.Call;
import dev.sallyport.policy.Decision;
import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.Rule;
import dev.sallyport.policy.match.RuleMatcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a policy in force and what is used of them. Safe on any thread; takes no lock. Times are nanoseconds of a
 * clock that nobody sets, the same one for all calls.
 *
 * <p>A call that is refused uses nothing up: what other limits had given for it already, they get back.
 */
public final class Limits {

    /** How many limits a policy can have. */
    public static final int MOST = 64;

    private static final int VIAS = 32;

    private final Account[] accounts;
    private final Circuit[] circuits;
    /** By the number of the way out: the accounts that count its calls, and the circuits that see them. */
    private final Account[][] counting;

    private final Circuit[][] watching;
    private final Account[] bytesOut;
    private final Account[] bytesIn;

    /**
     * Takes the limits of a policy.
     *
     * @param limits at most {@value #MOST}
     * @param before the limits that were in force until now: of a limit whose meaning has not changed is used what was
     *     used; null at the start
     */
    public Limits(List<Limit> limits, @Nullable Limits before) {
        List<Account> budgets = new ArrayList<>();
        List<Circuit> breakers = new ArrayList<>();
        for (Limit limit : limits) {
            if (limit instanceof Limit.Budget budget) {
                budgets.add(account(budget, before));
            } else if (limit instanceof Limit.Breaker breaker) {
                breakers.add(circuit(breaker, before));
            }
        }
        accounts = budgets.toArray(new Account[0]);
        circuits = breakers.toArray(new Circuit[0]);
        counting = new Account[VIAS][];
        watching = new Circuit[VIAS][];
        for (int via = 0; via < VIAS; via++) {
            List<Account> here = new ArrayList<>();
            for (Account account : accounts) {
                if (!account.budget().measure().bytes() && covers(account.budget(), via)) {
                    here.add(account);
                }
            }
            counting[via] = here.toArray(new Account[0]);
            List<Circuit> seen = new ArrayList<>();
            for (Circuit circuit : circuits) {
                if (covers(circuit.breaker(), via)) {
                    seen.add(circuit);
                }
            }
            watching[via] = seen.toArray(new Circuit[0]);
        }
        bytesOut = of(Measure.BYTES_OUT);
        bytesIn = of(Measure.BYTES_IN);
    }

    private static Account account(Limit.Budget budget, @Nullable Limits before) {
        if (before != null) {
            for (Account account : before.accounts) {
                if (account.budget().meaning().equals(budget.meaning())) {
                    return account.continuedAs(budget);
                }
            }
        }
        return new Account(budget);
    }

    private static Circuit circuit(Limit.Breaker breaker, @Nullable Limits before) {
        if (before != null) {
            for (Circuit circuit : before.circuits) {
                if (circuit.breaker().meaning().equals(breaker.meaning())) {
                    return circuit.continuedAs(breaker);
                }
            }
        }
        return new Circuit(breaker);
    }

    private static boolean covers(Limit limit, int via) {
        return (limit.matcher().conditions().vias() & 1 << via) != 0;
    }

    private Account[] of(Measure measure) {
        List<Account> some = new ArrayList<>();
        for (Account account : accounts) {
            if (account.budget().measure() == measure) {
                some.add(account);
            }
        }
        return some.toArray(new Account[0]);
    }

    /** Returns whether bytes are counted, which the gate must be woven for. */
    public boolean countsBytes() {
        return bytesOut.length + bytesIn.length > 0;
    }

    /** Returns whether how calls end counts for any limit. */
    public boolean watchesOutcomes() {
        return circuits.length > 0;
    }

    /**
     * Takes what a call uses up, where it may happen so far.
     *
     * @param allowed what the policy has decided
     * @return the same, or what a limit makes of it
     */
    public Decision charge(Call call, Decision allowed, long now) {
        Account[] counted = counting[call.via().number()];
        Circuit[] watched = watching[call.via().number()];
        if (counted.length + watched.length == 0
                || allowed.denied()
                || call.agent().equals(PolicyEngine.OWN_AGENT)) {
            return allowed;
        }
        Decision decision = allowed;
        long taken = 0;
        for (int i = 0; i < counted.length; i++) {
            Account account = counted[i];
            RuleMatcher rule = account.budget().matcher();
            if ((!rule.enforced() && wouldBeRefused(allowed)) || !account.concerns(call)) {
                continue;
            }
            if (account.take(call, 1, now)) {
                taken |= 1L << i;
            } else if (rule.enforced()) {
                giveBack(counted, taken, call, 1, now);
                return rule.decision();
            } else {
                decision = monitored(decision, rule.rule());
            }
        }
        for (int i = 0; i < watched.length; i++) {
            RuleMatcher rule = watched[i].breaker().matcher();
            if ((!rule.enforced() && wouldBeRefused(allowed))
                    || !watched[i].concerns(call)
                    || watched[i].admits(call, now)) {
                continue;
            }
            if (rule.enforced()) {
                giveBack(counted, taken, call, 1, now);
                return rule.decision();
            }
            decision = monitored(decision, rule.rule());
        }
        return decision;
    }

    /**
     * Takes bytes that are about to be written or were read.
     *
     * @param call the connection on which, as it was decided
     * @return which limits gave them, for {@link #giveBackBytes}; below zero, its complement is for {@link #refusal}: the
     *     limit that refused
     */
    public long takeBytes(boolean out, Call call, long bytes, long now) {
        Account[] counted = out ? bytesOut : bytesIn;
        if (call.agent().equals(PolicyEngine.OWN_AGENT)) {
            return 0;
        }
        long taken = 0;
        for (int i = 0; i < counted.length; i++) {
            if (counted[i].concerns(call)) {
                if (counted[i].take(call, bytes, now)) {
                    taken |= 1L << i;
                } else if (counted[i].budget().matcher().enforced()) {
                    giveBack(counted, taken, call, bytes, now);
                    return ~i;
                }
            }
        }
        return taken;
    }

    /** Returns the decision of the limit that {@link #takeBytes} named. */
    public Decision refusal(boolean out, long complement) {
        return (out ? bytesOut : bytesIn)[(int) ~complement].budget().matcher().decision();
    }

    /** Returns a limit in monitor mode that would have refused bytes which were let through; null if there is none. */
    public @Nullable Decision wouldRefuse(boolean out, Call call, long taken) {
        Account[] counted = out ? bytesOut : bytesIn;
        for (int i = 0; i < counted.length; i++) {
            RuleMatcher rule = counted[i].budget().matcher();
            if ((taken & 1L << i) == 0 && !rule.enforced() && counted[i].concerns(call)) {
                return rule.decision();
            }
        }
        return null;
    }

    /** Gives back bytes that were taken at the time {@code at} and then not written. */
    public void giveBackBytes(boolean out, long taken, Call call, long bytes, long at) {
        giveBack(out ? bytesOut : bytesIn, taken, call, bytes, at);
    }

    /**
     * Hears how a call ended that was let through.
     *
     * @param call as it was decided
     * @param failed whether it failed by the fault of the far end
     * @param began when it was let through
     */
    public void ended(Call call, boolean failed, long began, long now) {
        for (Circuit circuit : watching[call.via().number()]) {
            if (circuit.concerns(call)) {
                circuit.ended(call, failed, began, now);
            }
        }
    }

    /** Says why a limit refused {@code call}; null if {@code rule} is no limit. Builds strings. */
    public @Nullable String why(Rule rule, Call call, long now) {
        for (Account account : accounts) {
            if (account.budget().rule().equals(rule)) {
                return account.why(call, now) + account.budget().beyond();
            }
        }
        for (Circuit circuit : circuits) {
            if (circuit.breaker().rule().equals(rule)) {
                return circuit.why(call, now) + circuit.breaker().beyond();
            }
        }
        return null;
    }

    private static void giveBack(Account[] counted, long taken, Call call, long amount, long at) {
        for (int i = 0; i < counted.length; i++) {
            if ((taken & 1L << i) != 0) {
                counted[i].giveBack(call, amount, at);
            }
        }
    }

    private static boolean wouldBeRefused(Decision decision) {
        return decision.would() != null && decision.would() != Action.ALLOW;
    }

    private static Decision monitored(Decision decision, Rule rule) {
        return wouldBeRefused(decision)
                ? decision
                : new Decision(
                        decision.action(),
                        decision.rule(),
                        decision.mode(),
                        rule.action(),
                        rule,
                        decision.provisional());
    }
}
