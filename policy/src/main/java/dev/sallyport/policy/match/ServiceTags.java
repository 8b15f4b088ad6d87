package dev.sallyport.policy.match;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * The service tags of a cloud, as its provider publishes them: which addresses belong to which service in which region. Immutable.
 *
 * @param changeNumber the number of the publication
 * @param tags the tags
 */
public record ServiceTags(long changeNumber, List<Tag> tags) {

    /**
     * One tag.
     *
     * @param name its name, such as {@code Storage} or {@code Storage.WestEurope}
     * @param region its region as published, such as {@code westeurope}; empty for a tag of all regions
     * @param prefixes its addresses
     */
    public record Tag(String name, String region, List<Prefix> prefixes) {

        /** Creates a tag. */
        public Tag {
            prefixes = prefixes.size() < PackedPrefixes.MANY ? prefixes : new PackedPrefixes(prefixes);
        }

        /** Returns the name without that of its region. */
        public String service() {
            int dot = name.lastIndexOf('.');
            return region.isEmpty() || dot < 0 ? name : name.substring(0, dot);
        }
    }

    /** Returns the names that {@link #pick} knows. */
    public Collection<String> names() {
        TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (Tag tag : tags) {
            names.add(tag.name());
            names.add(tag.service());
        }
        return names;
    }

    /** Returns the regions. */
    public Collection<String> regions() {
        TreeSet<String> regions = new TreeSet<>();
        for (Tag tag : tags) {
            if (!tag.region().isEmpty()) {
                regions.add(tag.region().toLowerCase(Locale.ROOT));
            }
        }
        return regions;
    }

    /**
     * Returns the addresses of a tag.
     *
     * @param name the name of a tag, or of a service
     * @param regions the regions that are meant; if there are none, the tag of that name as it is, or what the service has in
     *     all regions where it has no tag for all
     */
    public List<Prefix> pick(String name, List<String> regions) {
        List<Prefix> picked = new ArrayList<>();
        for (Tag tag : tags) {
            boolean named = tag.name().equalsIgnoreCase(name);
            boolean wanted = regions.isEmpty()
                    ? named
                    : (named || tag.service().equalsIgnoreCase(name)) && contains(regions, tag.region());
            if (wanted) {
                picked.addAll(tag.prefixes());
            }
        }
        if (picked.isEmpty() && regions.isEmpty()) {
            for (Tag tag : tags) {
                if (tag.service().equalsIgnoreCase(name)) {
                    picked.addAll(tag.prefixes());
                }
            }
        }
        return picked;
    }

    private static boolean contains(List<String> regions, String region) {
        for (int i = 0; i < regions.size(); i++) {
            if (regions.get(i).equalsIgnoreCase(region)) {
                return true;
            }
        }
        return false;
    }

    /** Returns which region each address is in, by the smallest range around it that has one. */
    public RegionTable regionTable() {
        List<String> regions = new ArrayList<>(regions());
        AddressRanges ranges = new AddressRanges();
        for (Tag tag : tags) {
            int number = regions.indexOf(tag.region().toLowerCase(Locale.ROOT));
            if (number >= 0) {
                for (int i = 0; i < tag.prefixes().size(); i++) {
                    ranges.add(tag.prefixes().get(i), number);
                }
            }
        }
        return new RegionTable(regions, ranges.table());
    }
}
