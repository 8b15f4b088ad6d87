package dev.sallyport.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** A table in plain text that Markdown reads too. */
final class Table {

    private final List<String[]> rows = new ArrayList<>();

    Table(String... header) {
        rows.add(header);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    void print() {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (int r = 0; r < rows.size(); r++) {
            System.out.println(line(rows.get(r), widths));
            if (r == 0) {
                System.out.println(rule(widths));
            }
        }
        System.out.println();
    }

    private static String line(String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < cells.length; i++) {
            String gap = " ".repeat(widths[i] - cells[i].length());
            line.append(' ').append(i == 0 ? cells[i] + gap : gap + cells[i]).append(" |");
        }
        return line.toString();
    }

    private static String rule(int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String dashes = "-".repeat(widths[i] - 1);
            line.append(' ').append(i == 0 ? ":" + dashes : dashes + ":").append(" |");
        }
        return line.toString();
    }
}
