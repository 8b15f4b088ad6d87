package dev.sallyport.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** Times of one variant, in the order in which they were taken. */
final class Samples {

    private double[] values = new double[16];
    private int size;

    void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    double median() {
        return median(Arrays.copyOf(values, size));
    }

    /** Returns the median of the ratios to {@code yardstick}, pair by pair in the order taken. */
    double medianRatio(Samples yardstick) {
        double[] ratios = new double[Math.min(size, yardstick.size)];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = values[i] / yardstick.values[i];
        }
        return median(ratios);
    }

    /** Returns the median of the differences to {@code yardstick}, pair by pair in the order taken. */
    double medianDifference(Samples yardstick) {
        double[] differences = new double[Math.min(size, yardstick.size)];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = values[i] - yardstick.values[i];
        }
        return median(differences);
    }

    private static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /** Returns a number with {@code decimals} decimals, or a dash for what was not measured. */
    static String format(double value, int decimals) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
