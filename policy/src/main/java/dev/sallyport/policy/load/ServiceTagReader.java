package dev.sallyport.policy.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.sallyport.policy.match.Prefix;
import dev.sallyport.policy.match.ServiceTags;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Reads the file of service tags that Azure publishes ({@code ServiceTags_Public.json}), as a stream. */
final class ServiceTagReader {

    private final Problems problems;
    private final Places places;
    private final List<ServiceTags.Tag> tags = new ArrayList<>();
    private long changeNumber = -1;
    private boolean values;

    private ServiceTagReader(String file) {
        this.problems = new Problems(file);
        this.places = new Places(problems);
    }

    /**
     * What was read.
     *
     * @param tags the tags
     * @param digest the SHA-256 of the file in lower-case hex
     */
    record Read(ServiceTags tags, String digest) {}

    /**
     * Reads {@code file}.
     *
     * @throws IOException if it cannot be read or is not such a file
     */
    static Read read(Path file) throws IOException {
        MessageDigest sha = Digests.sha256();
        try (InputStream in =
                new DigestInputStream(new BufferedInputStream(new FileInputStream(file.toFile()), 1 << 16), sha)) {
            ServiceTagReader reader = new ServiceTagReader(String.valueOf(file.getFileName()));
            try (JsonParser parser = new JsonFactory().createParser(in)) {
                reader.file(parser);
                // to the end of the file, which the digest is of
                if (parser.nextToken() != null) {
                    throw new IOException("it is not a file of service tags: more follows behind its end");
                }
            }
            return new Read(new ServiceTags(reader.changeNumber, List.copyOf(reader.tags)), Digests.hex(sha.digest()));
        } catch (JsonProcessingException e) {
            throw new IOException("it is not a file of service tags: " + e.getOriginalMessage() + " in line "
                    + e.getLocation().getLineNr());
        }
    }

    /** Returns the number of the publication, read no further than to it; -1 if it has none before its values. */
    static long changeNumber(Path file) throws IOException {
        try (InputStream in = new FileInputStream(file.toFile());
                JsonParser parser = new JsonFactory().createParser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return -1;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("changeNumber") && value == JsonToken.VALUE_NUMBER_INT) {
                    return parser.getLongValue();
                }
                if (name.equals("values")) {
                    return -1;
                }
                parser.skipChildren();
            }
            return -1;
        } catch (JsonProcessingException e) {
            return -1;
        }
    }

    private void file(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("it is not a file of service tags: it does not begin with '{'");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("changeNumber") && value == JsonToken.VALUE_NUMBER_INT) {
                changeNumber = parser.getLongValue();
            } else if (name.equals("values") && value == JsonToken.START_ARRAY) {
                values = true;
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    tag(parser);
                }
            } else {
                parser.skipChildren();
            }
        }
        if (!values || tags.isEmpty()) {
            throw new IOException("it is not a file of service tags: it has no 'values' with names and addresses");
        }
        if (problems.errors()) {
            throw new IOException(
                    "it is not a file of service tags: " + problems.sorted().get(0));
        }
    }

    private void tag(JsonParser parser) throws IOException {
        String name = "";
        String region = "";
        List<Prefix> prefixes = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals("name") && value == JsonToken.VALUE_STRING) {
                name = parser.getText();
            } else if (field.equals("properties") && value == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String property = parser.currentName();
                    JsonToken of = parser.nextToken();
                    if (property.equals("region") && of == JsonToken.VALUE_STRING) {
                        region = parser.getText();
                    } else if (property.equals("addressPrefixes") && of == JsonToken.START_ARRAY) {
                        prefixes(parser, prefixes);
                    } else {
                        parser.skipChildren();
                    }
                }
            } else {
                parser.skipChildren();
            }
        }
        if (!name.isEmpty()) {
            tags.add(new ServiceTags.Tag(name, region, prefixes));
        }
    }

    private void prefixes(JsonParser parser, List<Prefix> prefixes) throws IOException {
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
            String text = parser.getText();
            int line = parser.currentTokenLocation().getLineNr();
            int column = parser.currentTokenLocation().getColumnNr();
            Prefix prefix = places.prefix(new Node.Scalar(text, false, line, column), text);
            if (prefix != null) {
                prefixes.add(prefix);
            }
        }
    }
}
