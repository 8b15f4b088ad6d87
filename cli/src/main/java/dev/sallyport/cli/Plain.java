package dev.sallyport.cli;

/** Makes text from elsewhere fit for a terminal. */
final class Plain {

    private Plain() {}

    /**
     * Returns {@code text} without what a terminal would obey or hide: control characters, direction marks and line
     * separators are taken out, an unpaired surrogate becomes {@code ?}.
     */
    static String text(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 0x20 || text.charAt(i) > 0x7e) {
                return strip(text);
            }
        }
        return text;
    }

    private static String strip(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> {}
                case Character.SURROGATE -> plain.append('?');
                default -> plain.appendCodePoint(c);
            }
        });
        return plain.toString();
    }
}
