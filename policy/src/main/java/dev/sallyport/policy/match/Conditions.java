package dev.sallyport.policy.match;

import dev.sallyport.policy.Call;
import dev.sallyport.policy.HttpRequest;
import dev.sallyport.policy.Library;
import dev.sallyport.policy.Stage;
import dev.sallyport.policy.Task;
import dev.sallyport.policy.TaskKind;
import dev.sallyport.policy.Via;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call must be for a rule, or for the exception from one: all that is given must hold. Immutable.
 *
 * @param vias bits of the ways out that are meant, as {@link #bit} gives them
 * @param httpVias bits of the ways out that are meant only for an HTTP request
 * @param agents the agents that are meant, null for every agent
 * @param library the libraries that are meant, null for every library
 * @param destinations where the call goes, null for everywhere; for ways out that lead to hosts
 * @param paths what the call starts, loads or opens, or which tool it calls; null for everything
 * @param http the requests that are meant, null if no request need be known; empty for any request
 * @param during the kinds of tasks of which the call must be in one, null if it need not
 * @param broad whether a call that may or may not be meant is meant: so for what denies, and not for what allows
 */
public record Conditions(
        int vias,
        int httpVias,
        @Nullable List<String> agents,
        @Nullable LibraryPatterns library,
        @Nullable List<Destination> destinations,
        @Nullable List<Glob> paths,
        @Nullable List<HttpPattern> http,
        @Nullable List<TaskKind> during,
        boolean broad) {

    /** Conditions that hold in every task and outside of any. */
    public Conditions(
            int vias,
            int httpVias,
            @Nullable List<String> agents,
            @Nullable LibraryPatterns library,
            @Nullable List<Destination> destinations,
            @Nullable List<Glob> paths,
            @Nullable List<HttpPattern> http,
            boolean broad) {
        this(vias, httpVias, agents, library, destinations, paths, http, null, broad);
    }

    /** The ways out that {@code via} means if it is left out. */
    public static final int NETWORK = bit(Via.DNS) | bit(Via.TCP) | bit(Via.UDP) | bit(Via.HTTP);

    /** Every way out. */
    public static final int ALL = -1;

    /** Returns the same without {@code during}. */
    Conditions anyTime() {
        return new Conditions(vias, httpVias, agents, library, destinations, paths, http, null, broad);
    }

    /** Returns the bit of a way out. */
    public static int bit(Via via) {
        return 1 << via.number();
    }

    /** Returns the same conditions with what is in the files now that destinations rest on; this, if none of them does. */
    Conditions with(Map<FeedSource, Feed> now) {
        List<Destination> changed = null;
        for (int i = 0; destinations != null && i < destinations.size(); i++) {
            Feed feed = destinations.get(i).feed();
            Feed fresh = feed == null ? null : now.get(feed.source());
            if (fresh != null) {
                changed = changed == null ? new ArrayList<>(destinations) : changed;
                changed.set(i, destinations.get(i).with(fresh));
            }
        }
        return changed == null
                ? this
                : new Conditions(vias, httpVias, agents, library, changed, paths, http, during, broad);
    }

    /** Returns whether {@code call} is meant. */
    Match match(Call call) {
        int via = bit(call.via());
        if (((vias | httpVias) & via) == 0) {
            return Match.NO;
        }
        if (agents != null && !agents.contains(call.agent())) {
            return Match.NO;
        }
        Match match = destination(call);
        if (match == Match.NO || (during != null && !isDuring(call))) {
            return Match.NO;
        }
        if (library != null && !library.matches(call.library(), broad)) {
            return Match.NO;
        }
        return (httpVias & via) == 0 ? match : match.and(http(call));
    }

    /** Returns the condition that does not hold for {@code call}, or that is undecided; null if all hold. */
    @Nullable
    String fault(Call call) {
        int via = bit(call.via());
        if (((vias | httpVias) & via) == 0) {
            return "it does not cover " + call.via().label();
        }
        if (agents != null && !agents.contains(call.agent())) {
            return "agent is " + call.agent() + ", not one of " + agents;
        }
        Match destination = destination(call);
        if (destination == Match.NO) {
            return target(call) + " is not in " + (paths != null ? paths.toString() : words());
        }
        if (during != null && !isDuring(call)) {
            return outside(call);
        }
        if (library != null && !library.matches(call.library(), broad)) {
            return library(call.library(), library);
        }
        if ((httpVias & via) != 0) {
            HttpRequest request = call.http();
            if (request == null && call.stage() != Stage.NAME) {
                return "it wants an HTTP request, and none is known";
            }
            if (request != null && http(call) == Match.NO) {
                return request.method() + " " + request.path() + " is not one of its requests";
            }
        }
        if (destination == Match.UNDECIDED) {
            return "the address or port is not known yet";
        }
        return (httpVias & via) != 0 && http(call) == Match.UNDECIDED ? "the HTTP request is not known yet" : null;
    }

    /** Says of a library how it stands to a list. */
    static String library(Library library, LibraryPatterns list) {
        boolean listed = false;
        for (LibraryPatterns.Pattern pattern : list.patterns()) {
            listed |= pattern.matches(library);
        }
        String who = library.unknown() ? "the library is unknown, so it" : library.coordinates();
        return who + (listed ? " is in" : " is outside") + " library list " + list.words();
    }

    /** Says where a call goes. */
    static String target(Call call) {
        if (call.target() != null) {
            return call.target();
        }
        StringBuilder target = new StringBuilder();
        target.append(
                call.host() != null
                        ? call.host()
                        : call.address() != null ? call.address().toString() : "it");
        if (call.port() >= 0) {
            target.append(':').append(call.port());
        }
        if (call.host() != null && call.address() != null) {
            target.append(" (").append(call.address()).append(')');
        }
        return target.toString();
    }

    /** Returns the destinations as written, as {@code [psp, *.example.com]}. */
    String words() {
        StringBuilder words = new StringBuilder("[");
        if (destinations != null) {
            for (int i = 0; i < destinations.size(); i++) {
                words.append(i == 0 ? "" : ", ").append(destinations.get(i).word());
            }
        }
        return words.append(']').toString();
    }

    private boolean isDuring(Call call) {
        for (int i = 0; during != null && i < during.size(); i++) {
            if (during.get(i).covers(call)) {
                return true;
            }
        }
        return false;
    }

    private String outside(Call call) {
        Task task = call.circumstances().task();
        StringBuilder kinds = new StringBuilder();
        for (int i = 0; during != null && i < during.size(); i++) {
            if (task != null && during.get(i).name().equals(task.name())) {
                return "task " + task.name() + " is not for agent " + call.agent();
            }
            kinds.append(i == 0 ? "" : " or ").append(during.get(i).name());
        }
        return (task == null ? "it is in no task" : "it is in task " + task.name()) + ", and not in " + kinds;
    }

    private Match destination(Call call) {
        if (paths != null) {
            return path(call.target()) ? Match.YES : Match.NO;
        }
        if (destinations == null) {
            return Match.YES;
        }
        Match match = Match.NO;
        for (int i = 0; i < destinations.size() && match != Match.YES; i++) {
            match = match.or(destinations.get(i).match(call, broad));
        }
        return match;
    }

    private boolean path(@Nullable String target) {
        if (target == null || paths == null) {
            return false;
        }
        for (int i = 0; i < paths.size(); i++) {
            Glob path = paths.get(i);
            if (path.matches(target)) {
                return true;
            }
            // A rule that denies 'curl' means it wherever it lies; one that allows it means what is found under that
            // name.
            if (broad && path.text().indexOf('/') < 0 && path.matches(target.substring(target.lastIndexOf('/') + 1))) {
                return true;
            }
        }
        return false;
    }

    private Match http(Call call) {
        HttpRequest request = call.http();
        if (request == null) {
            return call.stage() == Stage.NAME ? Match.UNDECIDED : Match.NO;
        }
        if (http == null || http.isEmpty()) {
            return Match.YES;
        }
        Match match = Match.NO;
        for (int i = 0; i < http.size() && match != Match.YES; i++) {
            match = match.or(http.get(i).match(request, broad));
        }
        return match;
    }
}
