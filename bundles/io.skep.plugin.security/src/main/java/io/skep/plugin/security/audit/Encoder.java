// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the line's content of an event: a CloudEvents 1.0 envelope with an OCSF 1.6.0 payload, in canonical JSON, without
 * secrets and with personal facts encrypted. What OCSF has no attribute for is in {@code unmapped}. Thread-safe.
 */
final class Encoder {
    private static final String OCSF = "1.6.0";
    private static final String PRODUCT = "Skep";
    private static final String CUT = "…";

    private final String source;
    private final AuditSettings settings;
    private final SubjectKeys keys;
    private final Supplier<UUID> ids;
    private final Redactor redactor = new Redactor();

    Encoder(String source, AuditSettings settings, SubjectKeys keys, Supplier<UUID> ids) {
        this.source = source;
        this.settings = settings;
        this.keys = keys;
        this.ids = ids;
    }

    /**
     * Looks whether an event can be encoded.
     *
     * @throws IllegalArgumentException if it has too many facts, or personal ones about nobody
     */
    void check(AuditEvent event) {
        if (event.facts().size() > settings.facts() || event.personal().size() > settings.facts()) {
            throw new IllegalArgumentException("an event has at most " + settings.facts() + " facts");
        }
        boolean isOfSomebody = event.actor().isPerson() || event.target().isPerson();
        if (!isOfSomebody && !event.personal().isEmpty()) {
            throw new IllegalArgumentException("personal facts about nobody");
        }
    }

    /**
     * Encodes an event that was {@linkplain #check checked}.
     *
     * @param now when it happens
     * @throws IOException if a new person's key cannot be kept
     */
    Entry encode(AuditEvent event, Instant now) throws IOException {
        SubjectKey person = person(event);
        String id = ids.get().toString();
        String actor = event.actor().isPerson()
                ? keys.get(event.actor().id()).pseudonym()
                : clean(event.actor().id());
        String object = event.target().isPerson()
                ? keys.get(event.target().id()).pseudonym()
                : clean(event.target().id());
        String type = clean(event.target().type());
        String action = clean(event.action());
        Map<String, Object> data = data(event, now, actor, action);
        data.putAll(ofClass(event.category(), id, action, type, object));
        data.put("resources", List.of(Map.of("type", type, "uid", object)));
        data.put("unmapped", unmapped(event, person, id));
        Map<String, Object> envelope = new TreeMap<>();
        envelope.put("data", data);
        envelope.put("datacontenttype", "application/json");
        envelope.put("id", id);
        envelope.put("source", source);
        envelope.put("specversion", "1.0");
        envelope.put("subject", object.isEmpty() ? type : type + '/' + object);
        envelope.put("time", now.toString());
        envelope.put("type", "io.skep.audit." + action);
        byte[] body = CanonicalJson.write(envelope).substring(1).getBytes(StandardCharsets.UTF_8);
        return new Entry(
                body,
                now.toEpochMilli(),
                Terms.of(actor, action, type, object, event.outcome().code()));
    }

    private @Nullable SubjectKey person(AuditEvent event) throws IOException {
        if (event.actor().isPerson()) {
            return keys.get(event.actor().id());
        }
        return event.target().isPerson() ? keys.get(event.target().id()) : null;
    }

    private Map<String, Object> data(AuditEvent event, Instant now, String actor, String action) {
        Category category = event.category();
        int activity = category.activityId(event.action());
        Map<String, Object> user = Map.of("type_id", event.actor().kind().type, "uid", actor);
        Map<String, Object> data = new TreeMap<>();
        data.put("activity_id", activity);
        data.put("activity_name", action);
        data.put("actor", Map.of("user", user));
        data.put("api", Map.of("operation", action));
        data.put("category_uid", category.categoryId());
        data.put("class_uid", category.classId());
        data.put("metadata", Map.of("product", Map.of("name", PRODUCT, "vendor_name", PRODUCT), "version", OCSF));
        data.put("severity_id", event.outcome().severity);
        data.put("src_endpoint", endpoint(event));
        data.put("status_code", event.outcome().code());
        data.put("status_id", event.outcome().status);
        data.put("time", now.toEpochMilli());
        data.put("type_uid", category.classId() * 100 + activity);
        data.put("user", user);
        return data;
    }

    /** What OCSF asks for in the event's class besides. */
    private static Map<String, Object> ofClass(
            Category category, String id, String action, String type, String object) {
        String what = action + ' ' + type;
        return switch (category) {
            case API_ACTIVITY -> Map.of();
            case AUTHENTICATION -> Map.of("service", Map.of("name", PRODUCT));
            case AUTHORIZATION, USER_ACCESS -> Map.of("privileges", List.of(what));
            case LIFECYCLE -> Map.of("app", Map.of("name", object.isEmpty() ? type : object, "vendor_name", PRODUCT));
            case FINDING -> Map.of("finding_info", Map.of("title", what, "uid", id));
        };
    }

    /** OCSF asks for one. The address of a person's machine is personal, and of others it is known at times only. */
    private Map<String, Object> endpoint(AuditEvent event) {
        String address = event.address();
        if (address == null) {
            return Map.of("name", "unknown");
        }
        return event.actor().isPerson() ? Map.of("name", "encrypted") : Map.of("ip", clean(address));
    }

    private Map<String, Object> unmapped(AuditEvent event, @Nullable SubjectKey person, String id) {
        Map<String, Object> unmapped = new TreeMap<>(cleaned(event.facts()));
        Map<String, String> personal = new LinkedHashMap<>(cleaned(event.personal()));
        if (event.address() != null && event.actor().isPerson()) {
            personal.put("address", clean(event.address()));
        }
        if (person != null && !personal.isEmpty()) {
            Map<String, Object> encrypted = new TreeMap<>();
            personal.forEach((name, value) -> encrypted.put(name, person.encrypt(value, place(id, name))));
            unmapped.put("personal", Map.of("of", person.pseudonym(), "values", encrypted));
        }
        return unmapped;
    }

    /** What a personal value is bound to. */
    static String place(String id, String name) {
        return id + ' ' + name;
    }

    private Map<String, String> cleaned(Map<String, String> facts) {
        Map<String, String> clean = new TreeMap<>();
        // The one name that is not free. A fact of this name is kept under another.
        facts.forEach((name, value) ->
                clean.put(clean(name.equals("personal") ? "personal_" : name), cut(redactor.clean(name, value))));
        return clean;
    }

    private String clean(String text) {
        return cut(redactor.clean(text));
    }

    // After the secrets are out, so that none is cut to a rest that has no shape.
    private String cut(String text) {
        int most = settings.valueCharacters();
        return text.length() <= most ? text : text.substring(0, most) + CUT;
    }
}
