package dev.sallyport.policy.content;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All that detectors begin at, as one automaton (Aho and Corasick's, with every step spelt out): whatever the number of
 * words, a byte of text costs one step. Letters are taken in either case and digits for one another; which word it really
 * is, {@link #check} sees.
 */
final class Keywords {

    static final int MORE = -2;
    static final int NO = -1;

    /** The class of bytes that no word has. */
    private static final int OTHER = 0;

    private static final int SHIFT = 5;
    private static final int DIGIT = 27;
    private static final int SEPARATOR = 28;
    private static final int UNDERSCORE = 29;
    private static final int EQUALS = 30;

    /** In a word below: any digit. */
    private static final String CARD = "#############";

    private static final byte[] CLASSES = classes();
    private static final Word[] WORDS = words();
    private static final short[] STEPS;
    /** The words that end in each state. */
    private static final int[][] ENDS;

    private static final int FIRST_END;
    /** How many bytes the longest word has. */
    private static final int LONGEST;

    /** How many bytes are stepped over at once where no word ends. */
    private static final int STRETCH = 512;

    static {
        Automaton automaton = new Automaton();
        int longest = 0;
        for (int i = 0; i < WORDS.length; i++) {
            automaton.add(WORDS[i].text, i);
            longest = Math.max(longest, WORDS[i].text.length());
        }
        LONGEST = longest;
        automaton.complete();
        STEPS = automaton.steps;
        ENDS = automaton.ends;
        FIRST_END = automaton.firstEnd << SHIFT;
    }

    private Keywords() {}

    /** What a word leads to. */
    private enum Kind {
        TOKEN,
        NAME,
        CARD,
        SSN,
        SSN_NAME,
        JWT,
        PEM,
        PUTTY
    }

    /** A word, and who is asked what it is. */
    private static final class Word {

        private final String text;
        private final Kind kind;
        private final Detector detector;
        private final Tokens.Form form;

        private Word(String text, Kind kind, Detector detector, Tokens.Form form) {
            this.text = text;
            this.kind = kind;
            this.detector = detector;
            this.form = form;
        }
    }

    private static Word[] words() {
        List<Word> words = new ArrayList<>();
        for (Tokens.Form form : Tokens.FORMS) {
            words.add(new Word(form.prefix(), Kind.TOKEN, Detector.CREDENTIAL, form));
        }
        for (String name : Tokens.NAMES) {
            words.add(word(name, Kind.NAME, Detector.CREDENTIAL));
        }
        words.add(word(CARD, Kind.CARD, Detector.PAYMENT_CARD));
        words.add(word("####-####-####-", Kind.CARD, Detector.PAYMENT_CARD));
        words.add(word("####-######-####", Kind.CARD, Detector.PAYMENT_CARD));
        words.add(word("###-##-####", Kind.SSN, Detector.US_SSN));
        words.add(word("ssn", Kind.SSN_NAME, Detector.US_SSN));
        words.add(word("social-security", Kind.SSN_NAME, Detector.US_SSN));
        words.add(word("social_security", Kind.SSN_NAME, Detector.US_SSN));
        words.add(word("eyj", Kind.JWT, Detector.JWT));
        words.add(word("-----begin-", Kind.PEM, Detector.PRIVATE_KEY));
        words.add(word("putty-user-key-file-", Kind.PUTTY, Detector.PRIVATE_KEY));
        return words.toArray(new Word[0]);
    }

    private static Word word(String text, Kind kind, Detector detector) {
        return new Word(text, kind, detector, Tokens.NO_FORM);
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int c = 'a'; c <= 'z'; c++) {
            classes[c] = (byte) (c - 'a' + 1);
            classes[c - 'a' + 'A'] = classes[c];
        }
        for (int c = '0'; c <= '9'; c++) {
            classes[c] = DIGIT;
        }
        classes['#'] = OTHER;
        classes[' '] = SEPARATOR;
        classes['-'] = SEPARATOR;
        classes['+'] = SEPARATOR;
        classes['_'] = UNDERSCORE;
        classes['='] = EQUALS;
        return classes;
    }

    private static int classOf(char c) {
        return c == '#' ? DIGIT : CLASSES[c];
    }

    /**
     * Steps over text until a word ends.
     *
     * @param state where the automaton stands; its start is 0
     * @param out takes the state after the byte at which a word ended, or after the last one
     * @return the index after that byte, or -1 if no word ends
     */
    static int next(byte[] text, int from, int end, int state, int[] out) {
        short[] steps = STEPS;
        byte[] classes = CLASSES;
        int current = state;
        int i = from;
        while (end - i >= STRETCH) {
            int after = stretch(text, i, current);
            if (after < 0) {
                break;
            }
            current = after;
            i += STRETCH;
        }
        for (; i < end; i++) {
            current = steps[current + classes[text[i] & 0xff]];
            if (current >= FIRST_END) {
                out[0] = current;
                return i + 1;
            }
        }
        out[0] = current;
        return -1;
    }

    /**
     * Steps over {@link #STRETCH} bytes in four places at once, which takes a third of the time: a step waits for the one before
     * it. Whatever came before, the automaton stands where it must once it has seen as many bytes as the longest word has.
     *
     * @return the state after them, or -1 if a word may end among them
     */
    private static int stretch(byte[] text, int from, int state) {
        short[] steps = STEPS;
        byte[] classes = CLASSES;
        int quarter = STRETCH / 4;
        int a = state;
        int b = settled(text, from + quarter);
        int c = settled(text, from + 2 * quarter);
        int d = settled(text, from + 3 * quarter);
        int first = FIRST_END;
        for (int i = from; i < from + quarter; i++) {
            a = steps[a + classes[text[i] & 0xff]];
            b = steps[b + classes[text[i + quarter] & 0xff]];
            c = steps[c + classes[text[i + 2 * quarter] & 0xff]];
            d = steps[d + classes[text[i + 3 * quarter] & 0xff]];
            if (a >= first || b >= first || c >= first || d >= first) {
                return -1;
            }
        }
        return d;
    }

    /** Returns where the automaton stands before {@code at}, at least {@link #LONGEST} bytes behind the beginning. */
    private static int settled(byte[] text, int at) {
        int state = 0;
        for (int i = at - LONGEST; i < at; i++) {
            state = STEPS[state + CLASSES[text[i] & 0xff]];
        }
        return state;
    }

    /** Returns the words that end in a state. */
    static int[] ends(int state) {
        return ENDS[state >> SHIFT];
    }

    /** Returns how long a word is. */
    static int length(int word) {
        return WORDS[word].text.length();
    }

    /** Returns which detector a word is for. */
    static Detector detector(int word) {
        return WORDS[word].detector;
    }

    /**
     * Returns where what a word begins ends, {@link #NO} if it is nothing, {@link #MORE} if what follows must tell.
     *
     * @param start where the word begins in {@code text}
     * @param after where it ends
     * @param end where the text that is there ends
     * @param last whether nothing follows
     */
    static int check(int word, byte[] text, int start, int after, int end, boolean last) {
        Word found = WORDS[word];
        return switch (found.kind) {
            case TOKEN -> Tokens.check(found.form, text, start, after, end, last);
            case NAME -> Tokens.checkNamed(text, start, after, end, last);
            case CARD -> PaymentCards.check(text, start, end, last);
            case SSN -> SocialSecurityNumbers.check(text, start, end, last);
            case SSN_NAME -> SocialSecurityNumbers.checkNamed(text, after, end, last);
            case JWT -> WebTokens.check(text, start, end, last);
            case PEM -> PrivateKeys.checkPem(text, after, end, last);
            case PUTTY -> PrivateKeys.checkPutty(text, start, after, end, last);
        };
    }

    /** Returns {@link #MORE}, or {@link #NO} where no more will come. */
    static int cut(boolean last) {
        return last ? NO : MORE;
    }

    /** The automaton while it is made. */
    private static final class Automaton {

        private int[][] next = new int[64][];
        private int[][] words = new int[64][];
        private int size = 1;
        private short[] steps = {};
        private int[][] ends = {};
        private int firstEnd;

        Automaton() {
            next[0] = empty();
            words[0] = new int[0];
        }

        private static int[] empty() {
            int[] row = new int[1 << SHIFT];
            Arrays.fill(row, -1);
            return row;
        }

        void add(String text, int word) {
            int state = 0;
            for (int i = 0; i < text.length(); i++) {
                int c = classOf(text.charAt(i));
                if (next[state][c] < 0) {
                    if (size == next.length) {
                        next = Arrays.copyOf(next, 2 * size);
                        words = Arrays.copyOf(words, 2 * size);
                    }
                    next[size] = empty();
                    words[size] = new int[0];
                    next[state][c] = size++;
                }
                state = next[state][c];
            }
            words[state] = with(words[state], word);
        }

        private static int[] with(int[] words, int word) {
            int[] more = Arrays.copyOf(words, words.length + 1);
            more[words.length] = word;
            return more;
        }

        /** Fills in where to go on when a word breaks off, and gives the states at which words end the last numbers. */
        void complete() {
            int[] queue = new int[size];
            int[] fallback = new int[size];
            int head = 0;
            int tail = 0;
            for (int c = 0; c < 1 << SHIFT; c++) {
                if (next[0][c] < 0) {
                    next[0][c] = 0;
                } else {
                    queue[tail++] = next[0][c];
                }
            }
            while (head < tail) {
                int state = queue[head++];
                for (int word : words[fallback[state]]) {
                    words[state] = with(words[state], word);
                }
                for (int c = 0; c < 1 << SHIFT; c++) {
                    int to = next[state][c];
                    if (to < 0) {
                        next[state][c] = next[fallback[state]][c];
                    } else {
                        fallback[to] = next[fallback[state]][c];
                        queue[tail++] = to;
                    }
                }
            }
            number();
        }

        private void number() {
            int[] number = new int[size];
            int plain = 0;
            for (int i = 0; i < size; i++) {
                if (words[i].length == 0) {
                    number[i] = plain++;
                }
            }
            firstEnd = plain;
            for (int i = 0; i < size; i++) {
                if (words[i].length > 0) {
                    number[i] = plain++;
                }
            }
            if (size << SHIFT > Short.MAX_VALUE) {
                throw new IllegalStateException("the words have too many letters: " + size);
            }
            steps = new short[size << SHIFT];
            ends = new int[size][];
            for (int i = 0; i < size; i++) {
                ends[number[i]] = words[i];
                for (int c = 0; c < 1 << SHIFT; c++) {
                    steps[(number[i] << SHIFT) + c] = (short) (number[next[i][c]] << SHIFT);
                }
            }
        }
    }
}
