package dev.sallyport.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A policy decided in the plainest way: every rule is asked in turn, every word is compared as text. It shares no code
 * with the engine but the facts of a call.
 */
record ReferencePolicy(boolean monitor, Map<String, Group> groups, List<Egress> rules) {

    enum Truth {
        NO,
        LATER,
        YES
    }

    record Group(
            List<String> fqdn,
            List<String> cidr,
            @Nullable Integer port,
            String resolved,
            @Nullable Listed feed) {}

    /** What a file lists, and whether it is older than it may be. */
    record Listed(List<String> names, List<String> cidr, boolean old) {}

    record Request(@Nullable String method, @Nullable String path) {}

    record Facts(
            @Nullable List<String> agents,
            @Nullable List<String> libraries,
            boolean otherLibraries,
            @Nullable List<Via> vias,
            @Nullable List<String> to,
            @Nullable List<Request> http) {}

    record Egress(
            String id,
            boolean allows,
            boolean monitored,
            Facts facts,
            @Nullable Facts except) {}

    record Outcome(boolean allows, String rule, boolean monitored, boolean provisional) {}

    /** What the engine is expected to say: action, rule, would, its rule. */
    String decide(Call call) {
        Outcome ending = new Outcome(false, "default-deny", monitor, false);
        List<Egress> enforced = new ArrayList<>();
        for (Egress rule : rules) {
            if (!rule.monitored()) {
                enforced.add(rule);
            }
        }
        Outcome would = first(rules, call, ending);
        Outcome actual = first(enforced, call, ending);
        if (actual.monitored()) {
            return "ALLOW by " + would.rule() + (would.monitored() ? ", would " + said(would) : "");
        }
        return (actual.allows() ? "ALLOW" : "DENY") + " by " + actual.rule()
                + (would.monitored() ? ", would " + said(would) : "");
    }

    static String told(Decision decision) {
        Rule wouldRule = decision.wouldRule();
        return decision.action() + " by " + decision.rule().id()
                + (wouldRule == null ? "" : ", would " + decision.would() + " by " + wouldRule.id());
    }

    private static String said(Outcome outcome) {
        return (outcome.allows() ? "ALLOW" : "DENY") + " by " + outcome.rule();
    }

    private Outcome first(List<Egress> rules, Call call, Outcome ending) {
        Outcome later = null;
        for (Egress rule : rules) {
            Truth truth = matches(rule, call);
            if (truth == Truth.YES) {
                return !rule.allows() && later != null
                        ? later
                        : new Outcome(rule.allows(), rule.id(), rule.monitored(), false);
            }
            if (truth == Truth.LATER && rule.allows() && later == null) {
                later = new Outcome(true, rule.id(), rule.monitored(), true);
            }
        }
        return later != null ? later : ending;
    }

    private Truth matches(Egress rule, Call call) {
        Truth truth = facts(
                rule.facts(),
                call,
                !rule.allows(),
                rule.allows() && rule.except() != null && rule.except().http() != null);
        if (rule.except() == null || truth == Truth.NO) {
            return truth;
        }
        Truth except = facts(rule.except(), call, rule.allows(), false);
        return except == Truth.YES ? Truth.NO : except == Truth.LATER ? Truth.LATER : truth;
    }

    private Truth facts(Facts facts, Call call, boolean broad, boolean mustSeeRequest) {
        List<Truth> truths = new ArrayList<>();
        truths.add(yes(facts.agents() == null || facts.agents().contains(call.agent())));
        truths.add(yes(library(facts, call.library(), broad)));
        truths.add(place(facts.to(), call, broad));
        List<Via> vias = facts.vias() == null ? List.of(Via.DNS, Via.TCP, Via.UDP, Via.HTTP) : facts.vias();
        boolean connects = vias.contains(Via.TCP) || vias.contains(Via.UDP);
        boolean asRequest = facts.http() != null
                || mustSeeRequest
                || (vias.contains(Via.HTTP) && !connects && !vias.contains(call.via()));
        if (!asRequest) {
            truths.add(yes(vias.contains(call.via())));
        } else if (call.http() == null) {
            truths.add(call.stage() == Stage.NAME ? Truth.LATER : Truth.NO);
        } else if (facts.http() != null) {
            Truth any = Truth.NO;
            for (Request request : facts.http()) {
                Truth truth = request(request, call.http());
                any = truth.compareTo(any) > 0 ? truth : any;
            }
            truths.add(any);
        }
        Truth all = Truth.YES;
        for (Truth truth : truths) {
            all = truth.compareTo(all) < 0 ? truth : all;
        }
        return all;
    }

    private static Truth request(Request wanted, HttpRequest request) {
        if (wanted.path() != null && !path(wanted.path(), request.path())) {
            return Truth.NO;
        }
        if (wanted.method() == null) {
            return Truth.YES;
        }
        return request.method() == null ? Truth.LATER : yes(wanted.method().equals(request.method()));
    }

    private static boolean path(String glob, String path) {
        return path(List.of(glob.split("/", -1)), List.of(path.split("/", -1)));
    }

    private static boolean path(List<String> glob, List<String> path) {
        if (glob.isEmpty() || path.isEmpty()) {
            return glob.isEmpty() && path.isEmpty();
        }
        String first = glob.get(0);
        List<String> rest = path.subList(1, path.size());
        if (first.equals("**")) {
            return glob.size() == 1 || path(glob, rest) || path(glob.subList(1, glob.size()), path);
        }
        boolean fits = first.equals("*") ? !path.get(0).isEmpty() : first.equals(path.get(0));
        return fits && path(glob.subList(1, glob.size()), rest);
    }

    private static boolean library(Facts facts, Library library, boolean broad) {
        if (facts.libraries() == null) {
            return true;
        }
        if (library.unknown()) {
            return facts.otherLibraries() && broad;
        }
        boolean listed = false;
        for (String word : facts.libraries()) {
            int colon = word.indexOf(':');
            if (colon < 0) {
                listed |= library.group() == null && (library.packageName() + ".").startsWith(word + ".");
            } else if (library.group() != null) {
                String artifact = word.substring(colon + 1);
                listed |= word.substring(0, colon).equals(library.group())
                        && (artifact.equals("*") || artifact.equals(library.artifact()));
            }
        }
        return listed != facts.otherLibraries();
    }

    private Truth place(@Nullable List<String> to, Call call, boolean broad) {
        if (to == null) {
            return Truth.YES;
        }
        Truth any = Truth.NO;
        for (String word : to) {
            Truth truth = word(word, call, broad);
            any = truth.compareTo(any) > 0 ? truth : any;
        }
        return any;
    }

    private Truth word(String word, Call call, boolean broad) {
        Group group = groups.get(word);
        if (word.equals("*")) {
            return Truth.YES;
        }
        if (group == null) {
            boolean cidr = word.indexOf('/') > 0;
            int colon = cidr ? -1 : word.indexOf(':');
            String place = colon < 0 ? word : word.substring(0, colon);
            Integer port = colon < 0 ? null : Integer.valueOf(word.substring(colon + 1));
            group = new Group(
                    cidr ? List.of() : List.of(place), cidr ? List.of(place) : List.of(), port, "public", null);
        }
        List<String> names = new ArrayList<>(group.fqdn());
        List<String> ranges = new ArrayList<>(group.cidr());
        if (group.feed() != null && (broad || !group.feed().old())) {
            names.addAll(group.feed().names());
            ranges.addAll(group.feed().cidr());
        }
        Truth place = Truth.NO;
        for (String pattern : names) {
            String host = call.host();
            boolean named = host != null
                    && (pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : host.equals(pattern));
            boolean admitted = call.address() == null
                    || broad
                    || group.resolved().equals("any")
                    || group.resolved().equals(isInside(call.address()) ? "private" : "public");
            place = named && admitted ? Truth.YES : place;
        }
        for (String cidr : ranges) {
            if (call.address() != null) {
                place = contains(cidr, call.address()) ? Truth.YES : place;
            } else if (call.host() != null && call.stage() != Stage.CONNECT && place == Truth.NO) {
                place = Truth.LATER;
            }
        }
        if (place == Truth.NO || group.port() == null || group.port() == call.port()) {
            return place;
        }
        return call.port() < 0 ? Truth.LATER : Truth.NO;
    }

    /** The tests' inside addresses are 10.0.0.0/8 alone. */
    private static boolean isInside(Address address) {
        return address.toString().startsWith("10.");
    }

    private static boolean contains(String cidr, Address address) {
        int slash = cidr.indexOf('/');
        int rest = 32 - Integer.parseInt(cidr.substring(slash + 1));
        return number(cidr.substring(0, slash)) >> rest == number(address.toString()) >> rest;
    }

    private static long number(String ip) {
        long number = 0;
        for (String part : ip.split("\\.")) {
            number = 256 * number + Integer.parseInt(part);
        }
        return number;
    }

    private static Truth yes(boolean condition) {
        return condition ? Truth.YES : Truth.NO;
    }
}
