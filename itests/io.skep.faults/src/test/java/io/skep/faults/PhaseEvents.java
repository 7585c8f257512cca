// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.EventReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** What the durable events tell of the upgrades of a plugin. */
final class PhaseEvents {
    private PhaseEvents() {}

    /** Notes the last phase of each version, up to the end of the upgrade to {@code last}. */
    static void read(EventReader events, String plugin, String last, Map<String, String> reached) {
        try {
            for (JsonNode event = events.next().orElseThrow();
                    ;
                    event = events.next().orElseThrow()) {
                if (!event.path("subject").asText().equals(plugin)) {
                    continue;
                }
                String type = event.path("type").asText().replace("plugin.", "");
                String cause = event.path("cause").asText();
                if (type.equals("swapped") && cause.startsWith(last + " ")) {
                    return;
                }
                int colon = cause.indexOf(": ");
                if (colon > 0) {
                    reached.put(cause.substring(0, colon), type);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
