package dev.sallyport.cli;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes outcomes in the XML form of JUnit, which build servers read. */
final class JUnitReport {

    private JUnitReport() {}

    /**
     * Writes the report.
     *
     * @throws IOException if {@code file} cannot be written
     */
    static void write(Path file, String policy, List<TestCommand.Outcome> outcomes) throws IOException {
        int failures = 0;
        for (TestCommand.Outcome outcome : outcomes) {
            failures += outcome.fault() == null ? 0 : 1;
        }
        try (Writer out = Files.newBufferedWriter(file)) {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", Plain.text(policy));
            xml.writeAttribute("tests", String.valueOf(outcomes.size()));
            xml.writeAttribute("failures", String.valueOf(failures));
            for (TestCommand.Outcome outcome : outcomes) {
                xml.writeStartElement("testcase");
                xml.writeAttribute("name", Plain.text(outcome.expected().name()));
                xml.writeAttribute("classname", Plain.text(policy));
                if (outcome.fault() != null) {
                    xml.writeStartElement("failure");
                    xml.writeAttribute("message", Plain.text(outcome.fault()));
                    xml.writeCharacters(Plain.text(outcome.place()));
                    xml.writeEndElement();
                }
                xml.writeEndElement();
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException("the report cannot be written: " + e.getMessage(), e);
        }
    }
}
