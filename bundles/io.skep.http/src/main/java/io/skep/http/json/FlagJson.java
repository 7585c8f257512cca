// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.admin.Flags;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and writes flags. */
public final class FlagJson {
    private FlagJson() {}

    /** A flag. */
    public static void write(JsonGenerator json, Flags.Flag flag) throws IOException {
        json.writeStartObject();
        json.writeStringField("capability", flag.capability());
        json.writeStringField("rule", flag.rule().toString());
        json.writeBooleanField("offered", flag.offered());
        json.writeEndObject();
    }

    /** Legacy mode. */
    public static void write(JsonGenerator json, boolean legacyMode) throws IOException {
        json.writeStartObject();
        json.writeBooleanField("legacyMode", legacyMode);
        json.writeEndObject();
    }

    /** Legacy mode and every flag. */
    public static void write(JsonGenerator json, boolean legacyMode, List<Flags.Flag> flags) throws IOException {
        json.writeStartObject();
        json.writeBooleanField("legacyMode", legacyMode);
        json.writeFieldName("items");
        Json.<Flags.Flag>array(flags, FlagJson::write).write(json);
        json.writeEndObject();
    }

    /** A {@link JsonInput.Shape}: the text of a rule; whether it is one is the caller's to say. */
    public static String rule(JsonInput in) throws IOException {
        var draft = new Object() {
            @Nullable
            String rule;
        };
        in.object(member -> {
            if (!member.equals("rule")) {
                throw in.unknown();
            }
            draft.rule = in.string();
        });
        return in.required("rule", draft.rule);
    }
}
