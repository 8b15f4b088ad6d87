package dev.sallyport.policy.match;

import dev.sallyport.policy.Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In which region addresses are. Immutable.
 *
 * @param regions the regions' names
 * @param table finds the place of an address's region in {@code regions}
 */
public record RegionTable(List<String> regions, AddressTable table) {

    /** Returns the region of {@code address}, or null if it is not known. */
    public @Nullable String region(Address address) {
        int region = table.find(address);
        return region == AddressTable.NONE ? null : regions.get(region);
    }
}
