// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a call of a capability ended, one way or the other. Immutable.
 *
 * @param status of the HTTP answer: 200 answered, 422 declined, 502 failed, 503 gone, 504 timed out
 * @param body the answer's, a missing node if it was empty
 * @param retryAfter when to try again, or null
 */
public record CapabilityAnswer(
        int status, JsonNode body, @Nullable Duration retryAfter) {
    public CapabilityAnswer {
        Objects.requireNonNull(body);
    }

    /** Whether the status is one of those with which a call of a capability ends. */
    static boolean isEnding(int status) {
        return status < 400 || status == 422 || status == 502 || status == 503 || status == 504;
    }

    /** Whether a plugin did what was asked. */
    public boolean isAnswered() {
        return status == 200;
    }

    /** Whether a plugin, or core on its behalf, found the request wrong. */
    public boolean isDeclined() {
        return status == 422;
    }

    /** Whether nobody offers it to this caller now. */
    public boolean isGone() {
        return status == 503;
    }

    /** The operation's output; missing unless answered. */
    public JsonNode data() {
        return body.path("data");
    }

    /** The name of the plugin that answered, empty unless one did. */
    public String plugin() {
        return body.path("plugin").asText("");
    }

    /** The version of the plugin that answered, empty unless one did. */
    public String version() {
        return body.path("version").asText("");
    }

    /** The generation that answered, 0 unless one did. */
    public long generation() {
        return body.path("generation").asLong(0);
    }
}
