package dev.sallyport.cli;

import java.io.PrintWriter;

/**
 * A table for people that is printed row by row: widths are taken from all rows first ({@link #measure}), then made to
 * fit the terminal by cutting the longest columns' cells in the middle. Not thread-safe.
 */
final class Table {

    private static final String GAP = "  ";
    private static final int NARROWEST = 12;

    private final Terminal terminal;
    private final String[] heads;
    private final int[] widths;
    private boolean fitted;

    Table(Terminal terminal, String... heads) {
        this.terminal = terminal;
        this.heads = heads;
        this.widths = new int[heads.length];
        measure(heads);
    }

    /** Makes room for a row that will be printed. */
    void measure(String... cells) {
        for (int i = 0; i < cells.length; i++) {
            widths[i] = Math.max(widths[i], length(cells[i]));
        }
    }

    void printHead() {
        String[] upper = new String[heads.length];
        for (int i = 0; i < heads.length; i++) {
            upper[i] = heads[i].toUpperCase(java.util.Locale.ROOT);
        }
        print(Style.HEAD, -1, upper);
    }

    /** Prints a row, of which the cell {@code styled} is painted; all are if it is -1. */
    void print(Style style, int styled, String... cells) {
        fit();
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String cell = cut(cells[i], widths[i]);
            String padding = i == cells.length - 1 ? "" : " ".repeat(widths[i] - length(cell));
            row.append(i == 0 ? "" : GAP)
                    .append(styled < 0 || styled == i ? style.paint(cell, terminal.colour()) : cell)
                    .append(padding);
        }
        PrintWriter out = terminal.out();
        out.println(row.toString().stripTrailing());
    }

    private void fit() {
        if (fitted || terminal.width() == Terminal.UNBOUNDED) {
            return;
        }
        fitted = true;
        int total = GAP.length() * (widths.length - 1);
        for (int width : widths) {
            total += width;
        }
        while (total > terminal.width()) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                if (widths[i] > widths[widest]) {
                    widest = i;
                }
            }
            if (widths[widest] <= NARROWEST) {
                return;
            }
            widths[widest]--;
            total--;
        }
    }

    /** Returns {@code cell} in at most {@code width} columns, its middle left out: both ends of a name tell something. */
    private String cut(String cell, int width) {
        int length = length(cell);
        if (length <= width) {
            return cell;
        }
        String mark = terminal.unicode() ? "\u2026" : "..";
        int head = (width - mark.length() + 1) / 2;
        int tail = width - mark.length() - head;
        return cell.substring(0, cell.offsetByCodePoints(0, head))
                + mark
                + cell.substring(cell.offsetByCodePoints(0, length - tail));
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
