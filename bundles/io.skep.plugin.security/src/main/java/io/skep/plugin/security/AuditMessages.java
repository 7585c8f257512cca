// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code audit_logging} is asked and what it answers, in JSON. */
final class AuditMessages {
    private AuditMessages() {}

    /**
     * Something to record; who did it is whoever calls.
     *
     * @param action what was done, a verb
     * @param type of what it was done to
     * @param id of that
     * @param outcome {@code success}, {@code failure} or {@code denied}; success if absent
     * @param facts further ones by name, nothing about persons
     */
    record Append(
            @Nullable String action,
            @Nullable String type,
            @Nullable String id,
            @Nullable String outcome,
            @Nullable Map<String, String> facts) {}

    /**
     * That it is durable.
     *
     * @param seq its number in the log
     * @param hash its hash in the chain
     */
    record Recorded(long seq, String hash) {}

    /**
     * Which events are wanted.
     *
     * @param from the earliest time, ISO 8601
     * @param to before which
     * @param actor who did it
     * @param action what was done
     * @param type of what it was done to
     * @param id of that
     * @param outcome how it ended
     * @param tenant whose it concerns
     * @param after number of the event after which to begin
     * @param limit how many at most, 1 to 200
     */
    record Find(
            @Nullable String from,
            @Nullable String to,
            @Nullable String actor,
            @Nullable String action,
            @Nullable String type,
            @Nullable String id,
            @Nullable String outcome,
            @Nullable String tenant,
            @Nullable Long after,
            @Nullable Integer limit) {}

    /**
     * The events.
     *
     * @param events in the order of the log
     * @param next the {@code after} of the next page; absent at the end
     */
    record Found(List<Entry> events, @Nullable Long next) {}

    /**
     * An event.
     *
     * @param seq its number in the log
     * @param time when
     * @param actor who; of a person the pseudonym
     * @param name who, of a person who was not erased
     * @param action what was done
     * @param type of what it was done to
     * @param id of that
     * @param outcome how it ended
     * @param facts further ones
     */
    record Entry(
            long seq,
            String time,
            String actor,
            @Nullable String name,
            String action,
            String type,
            String id,
            String outcome,
            Map<String, String> facts) {}

    /** Nothing to say. */
    record Nothing() {}

    /**
     * What the verifier found.
     *
     * @param intact whether all is as it was left
     * @param problem the first thing that is not
     * @param segments that were read
     * @param events that were read
     * @param last number of the last event
     * @param signed number of the last event that a signed checkpoint covers
     * @param witnesses copies of checkpoints in other places that it was compared with
     * @param notes on what could not be compared
     * @param command how to do the same without this server
     */
    record Verified(
            boolean intact,
            @Nullable String problem,
            long segments,
            long events,
            long last,
            long signed,
            int witnesses,
            List<String> notes,
            String command) {}

    /**
     * Which event.
     *
     * @param seq its number
     */
    record Prove(@Nullable Long seq) {}

    /**
     * All that is needed to check that an event is in the log, with the public key.
     *
     * @param event the line in the log
     * @param index of it in its segment
     * @param path of hashes to the root
     * @param checkpoint the signed note
     * @param key what it is checked with
     */
    record Proof(String event, long index, List<String> path, String checkpoint, String key) {}

    /**
     * Which report.
     *
     * @param from the beginning of the period, ISO 8601
     * @param to its end
     * @param tenant of whom alone
     * @param format {@code json}, {@code csv} or {@code html}
     */
    record Report(
            @Nullable String from,
            @Nullable String to,
            @Nullable String tenant,
            @Nullable String format) {}

    /**
     * The report.
     *
     * @param file where it is, on the server
     * @param characters of it
     * @param passed controls for which there is evidence
     * @param failed controls against which there is
     * @param notAssessed controls of which the log says nothing
     */
    record Reported(String file, long characters, long passed, long failed, long notAssessed) {}

    /**
     * A period that is kept whatever its age.
     *
     * @param name of the hold
     * @param from its beginning; both times absent to release the hold
     * @param to its end
     * @param reason why
     */
    record Hold(
            @Nullable String name,
            @Nullable String from,
            @Nullable String to,
            @Nullable String reason) {}

    /**
     * Whose personal data are to be erased.
     *
     * @param person by the id that they came in with
     */
    record Erase(@Nullable String person) {}

    /**
     * What became of it.
     *
     * @param erased whether there was something in the log
     * @param items how many items of sessions are gone that the person was the author of; of a server without
     *     sessions null
     */
    record Erased(boolean erased, @Nullable Integer items) {}
}
