package dev.sallyport.policy.load;

import dev.sallyport.policy.PolicyEngine;
import dev.sallyport.policy.match.Feed;
import dev.sallyport.policy.match.FeedSource;
import dev.sallyport.policy.match.Residency;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the files that the engine in force rests on, and reads those that have changed. What it finds becomes another
 * engine; the one in force goes on deciding meanwhile. Never on an application's thread; for one thread.
 *
 * <p>A changed file is read when it has stood still for one more look. One that has gone, or that has become something else,
 * leaves what was read before in force.
 */
public final class FeedLook {

    private final FeedFiles files = new FeedFiles();
    private final Map<Object, State> states = new HashMap<>();

    /**
     * What happened to a file.
     *
     * @param file the file
     * @param alarm whether somebody should look after it
     * @param text a sentence about it
     */
    public record News(Path file, boolean alarm, String text) {}

    /**
     * What was found.
     *
     * @param feeds what is in files now, where that is new
     * @param regions in which region addresses are now; null if that is not new
     * @param news what happened
     */
    public record Found(Map<FeedSource, Feed> feeds, Residency.@Nullable Regions regions, List<News> news) {

        /** Returns whether nothing has to change. */
        public boolean nothing() {
            return feeds.isEmpty() && regions == null;
        }

        /** Returns {@code engine} with what was found; files that it does not rest on are left out. */
        public PolicyEngine in(PolicyEngine engine) {
            PolicyEngine next = feeds.isEmpty() ? engine : engine.with(feeds);
            Residency residency = next.residency();
            return regions == null || residency == null ? next : next.with(residency.with(regions));
        }
    }

    /** What is known of a file between two looks. */
    private static final class State {

        private final long since;
        private long readMillis;
        private Feed.@Nullable Stamp last;
        private Feed.@Nullable Stamp refused;
        private boolean gone;

        State(long nowMillis) {
            this.since = nowMillis;
            this.readMillis = nowMillis;
        }

        boolean due(long refreshMillis, long nowMillis) {
            return refreshMillis > 0 && nowMillis - Math.max(since, readMillis) >= refreshMillis;
        }
    }

    /**
     * Looks once.
     *
     * @param nowMillis the time in milliseconds since the epoch
     */
    @SuppressWarnings("ReferenceEquality") // what has not changed is the same
    public Found look(PolicyEngine engine, long nowMillis) {
        Map<FeedSource, Feed> feeds = new HashMap<>();
        List<News> news = new ArrayList<>();
        List<Feed> present = engine.feeds();
        for (int i = 0; i < present.size(); i++) {
            Feed feed = present.get(i);
            Feed now = look(feed, nowMillis, news).at(nowMillis);
            if (now.stale() != feed.stale()) {
                news.add(age(now));
            }
            if (now.content().stamp() != feed.content().stamp() || now.stale() != feed.stale()) {
                feeds.put(feed.source(), now);
            }
        }
        Residency residency = engine.residency();
        Residency.Regions regions = residency == null ? null : look(residency, nowMillis, news);
        if (states.size() > present.size() + 1) {
            states.keySet().removeIf(key -> key instanceof FeedSource source && !rests(present, source));
        }
        return new Found(feeds, regions, news);
    }

    private static boolean rests(List<Feed> feeds, FeedSource source) {
        for (Feed feed : feeds) {
            if (feed.source().equals(source)) {
                return true;
            }
        }
        return false;
    }

    private static News age(Feed feed) {
        FeedSource source = feed.source();
        return new News(
                source.file(),
                feed.stale(),
                "group " + source.group()
                        + (feed.stale()
                                ? ": its file is older than maxAge, so rules that allow no longer rest on it"
                                : ": its file is young enough again"));
    }

    private Feed look(Feed feed, long nowMillis, List<News> news) {
        FeedSource source = feed.source();
        State state = states.computeIfAbsent(source, key -> new State(nowMillis));
        Feed.Stamp changed = changed(
                source.file(),
                feed.content().stamp(),
                source.refreshMillis(),
                state,
                nowMillis,
                "group " + source.group(),
                news);
        if (changed == null) {
            return feed;
        }
        try {
            if (changed.size() == 0 && feed.content().entries() > 0) {
                throw new IOException("it is empty");
            }
            Feed.Content content = files.read(source, feed.content());
            boolean same = content.digest().equals(feed.content().digest());
            if (!same) {
                news.add(new News(source.file(), false, "group " + source.group() + ": " + content.told(nowMillis)));
            }
            return new Feed(source, content, feed.stale());
        } catch (IOException e) {
            state.refused = changed;
            news.add(kept(source.file(), "group " + source.group(), e));
            return feed;
        }
    }

    private Residency.@Nullable Regions look(Residency residency, long nowMillis, List<News> news) {
        State state = states.computeIfAbsent(residency.file(), key -> new State(nowMillis));
        Residency.Regions regions = residency.regions();
        Feed.Stamp changed = changed(
                residency.file(), regions.stamp(), residency.refreshMillis(), state, nowMillis, "residency", news);
        if (changed == null) {
            return null;
        }
        try {
            Residency.Regions now = files.regions(residency.file(), regions);
            if (!now.digest().equals(regions.digest())) {
                news.add(new News(
                        residency.file(),
                        false,
                        "residency: " + now.table().regions().size() + " regions, change number " + now.changeNumber()
                                + ", SHA-256 " + now.digest()));
            }
            return now;
        } catch (IOException e) {
            state.refused = changed;
            news.add(kept(residency.file(), "residency", e));
            return null;
        }
    }

    /** Returns the stamp of a file that is to be read now, else null. */
    private static Feed.@Nullable Stamp changed(
            Path file,
            Feed.Stamp inForce,
            long refreshMillis,
            State state,
            long nowMillis,
            String what,
            List<News> news) {
        Feed.Stamp now;
        try {
            now = FeedFiles.stamp(file);
            state.gone = false;
        } catch (IOException e) {
            if (!state.gone) {
                state.gone = true;
                news.add(kept(file, what, e));
            }
            return null;
        }
        boolean still = state.last != null && state.last.same(now);
        state.last = now;
        boolean due = state.due(refreshMillis, nowMillis);
        if (now.same(inForce) ? !due : !still || (state.refused != null && state.refused.same(now))) {
            return null;
        }
        state.readMillis = nowMillis;
        return now;
    }

    private static News kept(Path file, String what, IOException e) {
        return new News(
                file,
                true,
                what + ": the changed file cannot be used, so what was read before stays in force: "
                        + FeedFiles.reason(e));
    }
}
