package dev.sallyport.policy.limit;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.match.Match;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What is used of one budget; what tasks use of one that counts within a task, the tasks know. Safe on any thread; takes no lock,
 * and allocates nothing where there is one budget for all.
 */
final class Account {

    private static final int PARTS = 32;

    private final Limit.Budget budget;
    private final @Nullable SlidingWindow whole;
    private final @Nullable Windows apart;

    /** Opens an account of which nothing is used. */
    Account(Limit.Budget budget) {
        this.budget = budget;
        boolean one = budget.key() == null;
        this.whole = one && !budget.perTask() ? new SlidingWindow(budget.perNanos(), PARTS) : null;
        this.apart = one || budget.perTask() ? null : new Windows(budget.perNanos());
    }

    private Account(Limit.Budget budget, Account before) {
        this.budget = budget;
        this.whole = before.whole;
        this.apart = before.apart;
    }

    /** Returns an account of which is used what is used of this one, for a budget of the same meaning. */
    Account continuedAs(Limit.Budget next) {
        return new Account(next, this);
    }

    Limit.Budget budget() {
        return budget;
    }

    /** Returns whether the budget is meant for {@code call}. */
    boolean concerns(Call call) {
        return (!budget.perTask() || call.circumstances().taskUse() != null)
                && budget.matcher().match(call) != Match.NO;
    }

    /**
     * Takes from the budget.
     *
     * @param amount how many calls or bytes; not looked at where an argument is added up
     * @return whether it was there to take
     */
    boolean take(Call call, long amount, long now) {
        long wanted = amount(call, amount);
        if (wanted < 0) {
            return false;
        }
        if (whole != null) {
            return whole.take(wanted, budget.max(), now) == SlidingWindow.Taken.YES;
        }
        String key = key(call);
        if (key == null) {
            return false;
        }
        if (budget.perTask()) {
            TaskUse use = call.circumstances().taskUse();
            return use == null || use.take(budget.meaning(), key, wanted, budget.max());
        }
        return apart != null && apart.take(key, wanted, budget.max(), now) == SlidingWindow.Taken.YES;
    }

    /** Gives back what {@link #take} took for the same call at the time {@code at}. */
    void giveBack(Call call, long amount, long at) {
        long wanted = amount(call, amount);
        if (whole != null) {
            whole.giveBack(wanted, at);
            return;
        }
        String key = key(call);
        if (key == null) {
            return;
        }
        if (apart != null) {
            apart.giveBack(key, wanted, at);
            return;
        }
        TaskUse use = call.circumstances().taskUse();
        if (use != null) {
            use.giveBack(budget.meaning(), key, wanted);
        }
    }

    /** Says why nothing could be taken for {@code call}. */
    String why(Call call, long now) {
        Argument argument = budget.argument();
        long wanted = amount(call, 0);
        if (argument != null && wanted < 0) {
            return argument.label() + " is no number of 0 or more, so it cannot be added up to at most "
                    + budget.words();
        }
        String key = key(call);
        if (key == null && budget.key() != null) {
            return budget.key().label() + " is missing or no single value, and at most " + budget.words()
                    + " are counted by it";
        }
        long used = used(call, key, now);
        if (used < 0) {
            return "more than " + Windows.MOST_KEYS + " values are in use at once by which " + budget.words()
                    + " are counted";
        }
        String more = argument == null ? "" : ", and this call would add " + units(wanted);
        return units(used) + " are used of at most " + budget.words() + more;
    }

    private long used(Call call, @Nullable String key, long now) {
        if (whole != null) {
            return whole.used(now);
        }
        if (key == null) {
            return 0;
        }
        if (apart != null) {
            return apart.used(key, now);
        }
        TaskUse use = call.circumstances().taskUse();
        return use == null ? 0 : use.amount(budget.meaning(), key);
    }

    private String units(long amount) {
        return budget.argument() == null
                ? Long.toString(amount)
                : BigDecimal.valueOf(amount, Argument.DECIMALS)
                        .stripTrailingZeros()
                        .toPlainString();
    }

    private long amount(Call call, long amount) {
        Argument argument = budget.argument();
        return argument == null ? amount : argument.amount(call);
    }

    /** Returns what is counted apart, empty if nothing is; null if the call has no such thing. */
    private @Nullable String key(Call call) {
        Key by = budget.key();
        return by == null ? "" : by.of(call);
    }
}
