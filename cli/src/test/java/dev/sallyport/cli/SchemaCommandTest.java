package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class SchemaCommandTest {

    @Test
    void theSchemaIsPrintedAsOneJsonObject() throws IOException {
        StringWriter out = new StringWriter();

        int code = SallyportCommand.run(
                new Terminal(new PrintWriter(out), Terminal.UNBOUNDED, false, true),
                new PrintWriter(new StringWriter()),
                "schema");

        assertThat(code).isZero();
        try (JsonParser json = new JsonFactory().createParser(out.toString())) {
            json.nextToken();
            json.skipChildren();
            assertThat(json.nextToken()).isNull();
        }
        assertThat(out.toString()).contains("https://json-schema.org/draft/2020-12/schema", "\"egress\"");
    }
}
