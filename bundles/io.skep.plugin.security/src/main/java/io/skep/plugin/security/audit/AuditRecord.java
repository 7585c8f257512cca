// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * An event, read from the log.
 *
 * @param seq its number in the log
 * @param id of the event
 * @param time when it happened
 * @param actor id of who did it; a pseudonym for a person
 * @param action what was done
 * @param type of the object
 * @param object id of the object; empty for the type as a whole
 * @param outcome code of how it ended
 * @param facts further ones by name, without personal ones
 * @param json the line in the log, whose hash the chain has
 */
public record AuditRecord(
        long seq,
        String id,
        Instant time,
        String actor,
        String action,
        String type,
        String object,
        String outcome,
        Map<String, String> facts,
        String json) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** Copies the facts. */
    public AuditRecord {
        facts = Map.copyOf(facts);
    }

    /**
     * Reads a line of the log.
     *
     * @throws AuditCorruptException if it is not one
     */
    static AuditRecord parse(byte[] line) throws IOException {
        try {
            JsonNode event = MAPPER.readTree(line);
            JsonNode data = event.path("data");
            Map<String, String> facts = new TreeMap<>();
            data.path("unmapped").properties().forEach(fact -> {
                if (fact.getValue().isTextual()) {
                    facts.put(fact.getKey(), fact.getValue().textValue());
                }
            });
            return new AuditRecord(
                    Long.parseLong(text(event.path("chainseq"))),
                    text(event.path("id")),
                    Instant.parse(text(event.path("time"))),
                    text(data.at("/actor/user/uid")),
                    text(data.path("activity_name")),
                    text(data.at("/resources/0/type")),
                    text(data.at("/resources/0/uid")),
                    text(data.path("status_code")),
                    facts,
                    new String(line, StandardCharsets.UTF_8));
        } catch (DateTimeException | NumberFormatException | JacksonException wrong) {
            throw new AuditCorruptException("a line is no event: " + wrong.getMessage());
        }
    }

    private static String text(JsonNode node) throws AuditCorruptException {
        if (!node.isTextual()) {
            throw new AuditCorruptException("a line is no event: an attribute is missing");
        }
        return Objects.requireNonNull(node.textValue());
    }

    List<String> terms() {
        return Terms.of(actor, action, type, object, outcome);
    }

    /**
     * The personal facts, decrypted.
     *
     * @return none if there are none or if the person's key was destroyed
     */
    public Map<String, String> personal(SubjectKeys keys) {
        Map<String, String> values = new TreeMap<>();
        try {
            JsonNode personal = MAPPER.readTree(json).at("/data/unmapped/personal");
            SubjectKey key = keys.ofPseudonym(personal.path("of").asText());
            personal.path("values").properties().forEach(value -> {
                String plain =
                        key == null ? null : key.decrypt(value.getValue().asText(), Encoder.place(id, value.getKey()));
                if (plain != null) {
                    values.put(value.getKey(), plain);
                }
            });
        } catch (JacksonException wrong) {
            throw new IllegalStateException("a record that was read cannot be read", wrong);
        }
        return values;
    }
}
