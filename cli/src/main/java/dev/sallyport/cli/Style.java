package dev.sallyport.cli;

/** What a piece of output means, and so its colour. */
enum Style {
    PLAIN(""),
    HEAD("\u001b[1m"),
    FAINT("\u001b[2m"),
    ALLOWED("\u001b[32m"),
    DENIED("\u001b[31;1m"),
    WOULD_BE_DENIED("\u001b[33m");

    private static final String OFF = "\u001b[0m";

    private final String on;

    Style(String on) {
        this.on = on;
    }

    /** Returns {@code text} in this style, or as it is if {@code colour} is false. */
    String paint(String text, boolean colour) {
        return !colour || on.isEmpty() ? text : on + text + OFF;
    }
}
