// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/** What is shipped, as CycloneDX 1.6. The same parts give the same text. */
final class BillOfMaterials {
    private static final String SKEP = "skep";

    private final JsonGenerator json;

    private BillOfMaterials(JsonGenerator json) {
        this.json = json;
    }

    /** {@code made}: the time of the build, as the manifests have it. */
    static String of(String version, String made, List<Part> parts) throws IOException {
        StringWriter text = new StringWriter();
        DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        lines.indentArraysWith(indent);
        lines.indentObjectsWith(indent);
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.setPrettyPrinter(lines);
            new BillOfMaterials(json).write(new Part.Name(Part.OURS, SKEP, version), made, parts);
        }
        return text + "\n";
    }

    private void write(Part.Name whole, String made, List<Part> parts) throws IOException {
        json.writeStartObject();
        json.writeStringField("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
        json.writeStringField("bomFormat", "CycloneDX");
        json.writeStringField("specVersion", "1.6");
        json.writeNumberField("version", 1);
        json.writeObjectFieldStart("metadata");
        json.writeStringField("timestamp", made);
        json.writeObjectFieldStart("component");
        names("application", whole, whole.purl());
        licence("Apache-2.0");
        json.writeEndObject();
        json.writeEndObject();
        components(parts, "");
        json.writeEndObject();
    }

    private void components(List<Part> parts, String within) throws IOException {
        if (parts.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("components");
        for (Part part : parts) {
            json.writeStartObject();
            String reference = within + part.name().purl() + (part.where().isEmpty() ? "" : '#' + part.where());
            names("library", part.name(), reference);
            if (part.sha256() != null) {
                json.writeArrayFieldStart("hashes");
                json.writeStartObject();
                json.writeStringField("alg", "SHA-256");
                json.writeStringField("content", part.sha256());
                json.writeEndObject();
                json.writeEndArray();
            }
            licence(part.licence());
            json.writeStringField("purl", part.name().purl());
            components(part.parts(), reference + '/');
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void names(String type, Part.Name name, String reference) throws IOException {
        json.writeStringField("type", type);
        json.writeStringField("bom-ref", reference);
        json.writeStringField("group", name.group());
        json.writeStringField("name", name.artifact());
        json.writeStringField("version", name.version());
    }

    private void licence(String licence) throws IOException {
        json.writeArrayFieldStart("licenses");
        json.writeStartObject();
        if (licence.contains(" ")) {
            json.writeStringField("expression", licence);
        } else {
            json.writeObjectFieldStart("license");
            json.writeStringField("id", licence);
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndArray();
    }
}
