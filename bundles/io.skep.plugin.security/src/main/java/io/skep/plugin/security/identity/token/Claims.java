// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token by their types. A claim that is {@code null} counts as not there. A name that begins with a slash
 * is a JSON pointer into nested claims (RFC 6901), as {@code /realm_access/roles}.
 */
final class Claims {
    /** The end of the year 9999: what lies beyond is no time that anybody meant. */
    private static final long LAST_SECOND = 253_402_300_799L;

    private static final int MAX_VALUES = 1000;

    private final ObjectNode node;

    Claims(ObjectNode node) {
        this.node = node;
    }

    boolean has(String name) {
        return find(name) != null;
    }

    boolean isText(String name) {
        JsonNode found = find(name);
        return found != null && found.isTextual();
    }

    /** A text, or null if the claim is not there. */
    @Nullable
    String text(String name) throws RefusedException {
        JsonNode found = find(name);
        if (found == null) {
            return null;
        }
        if (!found.isTextual()) {
            throw new RefusedException(Refusal.BAD_CLAIM);
        }
        return found.textValue();
    }

    /** A text that must be there. */
    String needText(String name) throws RefusedException {
        String text = text(name);
        if (text == null) {
            throw new RefusedException(Refusal.MISSING_CLAIM);
        }
        return text;
    }

    /** A NumericDate (RFC 7519 §2: seconds, may have a fraction), or null if the claim is not there. */
    @Nullable
    Instant time(String name) throws RefusedException {
        JsonNode found = find(name);
        if (found == null) {
            return null;
        }
        double seconds = found.isNumber() ? found.doubleValue() : Double.NaN;
        if (!(seconds >= 0 && seconds <= LAST_SECOND)) {
            throw new RefusedException(Refusal.BAD_CLAIM);
        }
        return Instant.ofEpochMilli((long) (seconds * 1000));
    }

    /** A text or a list of texts; empty if the claim is not there. */
    List<String> texts(String name) throws RefusedException {
        JsonNode found = find(name);
        if (found == null) {
            return List.of();
        }
        if (found.isTextual()) {
            return List.of(found.textValue());
        }
        if (!found.isArray() || found.size() > MAX_VALUES) {
            throw new RefusedException(Refusal.BAD_CLAIM);
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : found) {
            if (!element.isTextual()) {
                throw new RefusedException(Refusal.BAD_CLAIM);
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    private @Nullable JsonNode find(String name) {
        JsonNode found = name.startsWith("/") ? node.at(name) : node.path(name);
        return found.isMissingNode() || found.isNull() ? null : found;
    }
}
