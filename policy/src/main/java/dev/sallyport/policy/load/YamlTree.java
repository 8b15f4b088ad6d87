package dev.sallyport.policy.load;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads a YAML text into nodes with places. It takes the parser's events and builds the tree itself: the library's own
 * composer resolves types that a policy has no use for, and loads some fifty classes for it.
 *
 * <p>Left out of YAML on purpose: anchors and aliases (they can make a small file huge, and a rule's place ambiguous),
 * tags, keys that are not plain words, and more than one document.
 */
final class YamlTree {

    private static final int MOST_LEVELS = 50;

    private final Problems problems;
    private final ParserImpl parser;

    private YamlTree(Problems problems, ParserImpl parser) {
        this.problems = problems;
        this.parser = parser;
    }

    /** Returns the root of the only document of {@code text}; null if it is empty or broken, with the problem noted. */
    static @Nullable Node read(String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(problems.file())
                .setCodePointLimit(PolicyLoader.MOST_BYTES)
                // at once: what it reads piece by piece it copies again for each piece that a long value takes
                .setBufferSize(text.length() + 1)
                .build();
        try {
            return new YamlTree(problems, new ParserImpl(settings, new StreamReader(settings, text))).document();
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().orElse(null);
            String context = e.getContext();
            String problem = e.getProblem() == null ? "broken YAML" : e.getProblem();
            problems.error(
                    mark == null ? 0 : problems.linesBefore() + mark.getLine() + 1,
                    mark == null ? 0 : mark.getColumn() + 1,
                    context == null ? problem : problem + " (" + context + ")",
                    null);
        } catch (ReaderException e) {
            int line = 1;
            int column = 1;
            for (int i = 0; i < text.length(); i++) {
                int point = text.codePointAt(i);
                if (point == e.getCodePoint()) {
                    break;
                }
                column = point == '\n' ? 1 : column + 1;
                line += point == '\n' ? 1 : 0;
            }
            problems.error(
                    problems.linesBefore() + line,
                    column,
                    "the character with code " + e.getCodePoint() + " is not allowed in YAML",
                    null);
        } catch (YamlEngineException e) {
            problems.error(0, 0, "broken YAML: " + e.getMessage(), null);
        } catch (Broken e) {
            // What is wrong was noted where it was found.
            return null;
        }
        return null;
    }

    private @Nullable Node document() {
        parser.next();
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            problems.error(
                    problems.linesBefore() + 1,
                    1,
                    "the file is empty",
                    "a policy begins with 'apiVersion: sallyport.dev/v1'");
            return null;
        }
        parser.next();
        Node root = node(1);
        parser.next();
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            Event next = parser.peekEvent();
            throw broken(next, "a policy is one YAML document, and here a second one begins");
        }
        return root;
    }

    private Node node(int level) {
        Event event = parser.next();
        int line = line(event);
        int column = column(event);
        if (level > MOST_LEVELS) {
            throw broken(event, "more than " + MOST_LEVELS + " levels of nesting");
        }
        if (event.getEventId() == Event.ID.Alias) {
            throw broken(event, "aliases ('*name') are not supported: write the value out");
        }
        if (event instanceof NodeEvent value && value.getAnchor().isPresent()) {
            throw broken(event, "anchors ('&name') are not supported: write the value out where it is used");
        }
        boolean tagged = event instanceof ScalarEvent scalar
                ? scalar.getTag().isPresent()
                : event instanceof CollectionStartEvent collection
                        && collection.getTag().isPresent();
        if (tagged) {
            throw broken(event, "tags ('!name') are not supported");
        }
        switch (event.getEventId()) {
            case Scalar -> {
                ScalarEvent scalar = (ScalarEvent) event;
                return new Node.Scalar(scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN, line, column);
            }
            case SequenceStart -> {
                List<Node> items = new ArrayList<>();
                while (!parser.checkEvent(Event.ID.SequenceEnd)) {
                    items.add(node(level + 1));
                }
                parser.next();
                return new Node.Sequence(items, line, column);
            }
            case MappingStart -> {
                List<Node.Entry> entries = new ArrayList<>();
                Set<String> keys = new HashSet<>();
                while (!parser.checkEvent(Event.ID.MappingEnd)) {
                    Node key = node(level + 1);
                    if (!(key instanceof Node.Scalar scalar)) {
                        problems.error(key, "a key must be a word, and here " + key.kind() + " is one");
                        throw new Broken();
                    }
                    Node value = node(level + 1);
                    if (keys.add(scalar.text())) {
                        entries.add(new Node.Entry(scalar, value));
                    } else {
                        problems.error(key, "the key '" + scalar.text() + "' stands here a second time");
                    }
                }
                parser.next();
                return new Node.Mapping(entries, line, column);
            }
            default -> throw broken(event, "a value is missing");
        }
    }

    private Broken broken(Event event, String message) {
        problems.error(line(event), column(event), message, null);
        return new Broken();
    }

    private int line(Event event) {
        Mark mark = event.getStartMark().orElse(null);
        return mark == null ? 0 : problems.linesBefore() + mark.getLine() + 1;
    }

    private static int column(Event event) {
        Mark mark = event.getStartMark().orElse(null);
        return mark == null ? 0 : mark.getColumn() + 1;
    }

    /** Leaves the reading of a file that makes no sense any more. */
    private static final class Broken extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Broken() {
            super(null, null, false, false);
        }
    }
}
