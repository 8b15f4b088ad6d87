package dev.sallyport.agent.weave;

import dev.sallyport.gate.Gate;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The guards that stand in libraries. A row names a guard's class and the classes that it stands at; the guard is made when
 * the first of those is loaded, so that a program pays for the libraries that it uses. Until then a class costs one look at
 * its simple name. Used on the threads that load classes.
 */
public final class LibraryGuards {

    /** Makes guards, and has woven code find them. */
    public interface Standing {

        /** Returns a new guard of the class with this binary name. */
        Guard create(String className) throws ReflectiveOperationException;

        /** Takes a guard's {@code points} numbers; returns the first one, which the others follow. */
        int number(Guard guard, int points);
    }

    /** A guard that was made, and its points. */
    private static final class Made {

        private final Guard guard;
        private final JoinPoint[] points;
        private final int first;
        /** What looks into bodies, once it is asked for. */
        private @Nullable Made bodies;

        private Made(Guard guard, JoinPoint[] points, int first) {
            this.guard = guard;
            this.points = points;
            this.first = first;
        }

        private boolean standsAt(String name) {
            for (JoinPoint point : points) {
                if (Descriptor.isNamed(name, point.owner())) {
                    return true;
                }
            }
            return false;
        }
    }

    private final int feature;
    private final Standing standing;
    private final String[][] rows;
    private final @Nullable Made[] made;
    private final Map<String, int[]> bySimpleName = new HashMap<>();

    /**
     * Takes the tables.
     *
     * @param feature the JDK's feature version
     * @param tables of one row for each guard: the binary name of its class, and then those of the classes that it stands at,
     *     as {@link JoinPoint#onLibrary} is given them
     */
    public LibraryGuards(int feature, Standing standing, String[][]... tables) {
        this.feature = feature;
        this.standing = standing;
        this.rows = joined(tables);
        this.made = new Made[rows.length];
        for (int row = 0; row < rows.length; row++) {
            for (int i = 1; i < rows[row].length; i++) {
                String simple = simpleName(rows[row][i]);
                int[] before = bySimpleName.get(simple);
                int[] all = before == null ? new int[1] : java.util.Arrays.copyOf(before, before.length + 1);
                all[all.length - 1] = row;
                bySimpleName.put(simple, all);
            }
        }
    }

    private static String[][] joined(String[][]... tables) {
        int size = 0;
        for (String[][] table : tables) {
            size += table.length;
        }
        String[][] all = new String[size][];
        int at = 0;
        for (String[][] table : tables) {
            System.arraycopy(table, 0, all, at, table.length);
            at += table.length;
        }
        return all;
    }

    /** Adds the names of all classes in the tables. */
    void addClasses(List<String> names) {
        for (int row = 0; row < rows.length; row++) {
            for (int i = 1; i < rows[row].length; i++) {
                names.add(rows[row][i]);
            }
        }
    }

    /**
     * Weaves one class.
     *
     * @param name its internal name
     * @param domain where it comes from
     * @return the woven class file; null if no guard stands there
     * @throws IllegalStateException if the class is one that a guard stands at, and lacks the method
     */
    byte @Nullable [] weave(String name, @Nullable ProtectionDomain domain, byte[] classFile)
            throws ReflectiveOperationException {
        int[] candidates = bySimpleName.get(simpleName(name));
        if (candidates == null) {
            return null;
        }
        byte[] woven = null;
        int last = -1;
        for (int row : candidates) {
            if (row != last && standsAt(row, name)) {
                byte[] next = weave(name, made(row), domain, woven == null ? classFile : woven);
                woven = next == null ? woven : next;
                last = row;
            }
        }
        return woven;
    }

    /** Returns whether one of these guards stands at classes of this internal name. */
    public boolean standsAt(String name) {
        int[] candidates = bySimpleName.get(simpleName(name));
        if (candidates != null) {
            for (int row : candidates) {
                if (standsAt(row, name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean standsAt(int row, String name) {
        for (int i = 1; i < rows[row].length; i++) {
            if (Descriptor.isNamed(name, rows[row][i])) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether what looks into bodies stands at a class. */
    boolean looksIntoBodiesAt(String name) {
        int[] candidates = bySimpleName.get(simpleName(name));
        for (int i = 0; candidates != null && i < candidates.length; i++) {
            if (standsAt(candidates[i], name)) {
                try {
                    Made bodies = bodies(made(candidates[i]));
                    if (bodies != null && bodies.standsAt(name)) {
                        return true;
                    }
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("no guard for " + name, e);
                }
            }
        }
        return false;
    }

    /**
     * Weaves into one class what looks into bodies.
     *
     * @return the woven class file; null if nothing of the kind stands there
     * @throws IllegalStateException if the class lacks the method
     */
    byte @Nullable [] weaveBodies(String name, @Nullable ProtectionDomain domain, byte[] classFile)
            throws ReflectiveOperationException {
        int[] candidates = bySimpleName.get(simpleName(name));
        byte[] woven = null;
        int last = -1;
        for (int i = 0; candidates != null && i < candidates.length; i++) {
            int row = candidates[i];
            Made bodies = row != last && standsAt(row, name) ? bodies(made(row)) : null;
            if (bodies != null) {
                byte[] next = weave(name, bodies, domain, woven == null ? classFile : woven);
                woven = next == null ? woven : next;
                last = row;
            }
        }
        return woven;
    }

    private synchronized @Nullable Made bodies(Made made) {
        if (made.bodies == null) {
            Guard guard = made.guard.bodies();
            if (guard == null) {
                return null;
            }
            made.bodies = made(guard);
        }
        return made.bodies;
    }

    private synchronized Made made(int row) throws ReflectiveOperationException {
        Made known = made[row];
        if (known == null) {
            known = made(standing.create(rows[row][0]));
            made[row] = known;
        }
        return known;
    }

    private Made made(Guard guard) {
        List<JoinPoint> points = new ArrayList<>();
        for (JoinPoint point : guard.points()) {
            if (point.appliesTo(feature)) {
                points.add(point);
            }
        }
        int first = standing.number(guard, points.size());
        if (first + points.size() > Gate.POINT_LIMIT) {
            throw new IllegalStateException("the gate has no numbers left for the points of "
                    + guard.getClass().getName());
        }
        return new Made(guard, points.toArray(new JoinPoint[0]), first);
    }

    private static byte @Nullable [] weave(
            String name, Made made, @Nullable ProtectionDomain domain, byte[] classFile) {
        int count = 0;
        JoinPoint[] here = new JoinPoint[made.points.length];
        int[] numbers = new int[made.points.length];
        for (int i = 0; i < made.points.length; i++) {
            if (Descriptor.isNamed(name, made.points[i].owner())) {
                here[count] = made.points[i];
                numbers[count++] = made.first + i;
            }
        }
        if (count == 0) {
            return null; // the guard stands there on other versions
        }
        here = java.util.Arrays.copyOf(here, count);
        boolean[] met = new boolean[count];
        int[] herePoints = java.util.Arrays.copyOf(numbers, count);
        byte[] woven = ClassPatch.weave(classFile, here, herePoints, met);
        if (woven == null) {
            woven = AsmWeave.weave(classFile, name, here, herePoints, met);
        }
        boolean any = false;
        for (int i = 0; i < count; i++) {
            any |= met[i];
            if (!met[i] && !here[i].optional()) {
                throw new IllegalStateException("no method " + here[i].method() + here[i].descriptor() + " to weave");
            }
        }
        if (!any) {
            throw new IllegalStateException("none of the methods to weave that its versions are known to have");
        }
        if (domain != null) {
            made.guard.stands(domain);
        }
        return woven;
    }

    private static String simpleName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
