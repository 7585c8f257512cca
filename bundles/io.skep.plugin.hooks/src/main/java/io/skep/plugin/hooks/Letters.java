// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.event.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What could not be delivered: documents {@code dead.HOOK:EVENT} of schema 1, so that the same delivery is there once. When
 * there are as many as configured, whoever has another one waits. Thread-safe.
 */
final class Letters {
    private static final String PREFIX = "dead.";

    private final Documents documents;
    private final int most;

    /**
     * One.
     *
     * @param id of the letter
     * @param event the id of what was to be delivered
     * @param happenedAt when it happened
     * @param at when it was given up
     * @param reason of the last attempt
     */
    record Letter(
            String id,
            String hook,
            String event,
            String happenedAt,
            String type,
            String subject,
            String cause,
            @Nullable String agent,
            long token,
            String at,
            String reason) {
        /** What was to be delivered, without its task. */
        Happening happening() {
            return new Happening(event, Instant.parse(happenedAt), type, subject, cause, agent, token, null);
        }
    }

    Letters(Documents documents, int most) {
        this.documents = documents;
        this.most = most;
    }

    /** Whether there is room for one more. */
    boolean hasRoom() {
        return keys().size() < most;
    }

    /** Keeps one; completes when it is durable. */
    CompletionStage<Void> keep(String hook, Event event, String reason, Instant now) {
        String of = Happening.id(event);
        Letter letter = new Letter(
                hook + ':' + of,
                hook,
                of,
                event.at().toString(),
                event.type(),
                event.subject(),
                event.cause(),
                event.agent(),
                event.token(),
                now.toString(),
                reason);
        return documents.put(PREFIX + letter.id(), letter);
    }

    /** It is delivered, or nobody wants it. */
    CompletionStage<Void> remove(String id) {
        return documents.remove(PREFIX + id);
    }

    private List<String> keys() {
        return documents.under(PREFIX);
    }

    int count() {
        return keys().size();
    }

    /** Those of a hook, or all, in the order of their ids, at most so many. */
    List<Letter> list(@Nullable String hook, int limit) {
        List<Letter> letters = new ArrayList<>();
        for (String key : keys()) {
            if (letters.size() < limit && (hook == null || key.startsWith(hook + ':'))) {
                find(key).ifPresent(letters::add);
            }
        }
        return letters;
    }

    Optional<Letter> find(String id) {
        return documents.find(PREFIX + id, Letter.class);
    }
}
