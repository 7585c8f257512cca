// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.time.Duration;

/**
 * Limits of a log.
 *
 * @param pending events that may wait for the disk or for their callers to be told; more are refused at once
 * @param batch events in one commit, at most
 * @param segmentBytes from which a segment is closed, after the commit that reaches it
 * @param segmentAge after which a segment with events is closed
 * @param checkpointEvents after so many a checkpoint is signed, after the commit that reaches it
 * @param checkpointAge after which a checkpoint is signed if there are events without one
 * @param valueCharacters of a value of an event; longer ones are cut, which shows
 * @param facts of an event, and personal ones; more are refused
 * @param page events of one answer to a query, at most
 * @param scan events that one query reads, at most; then it answers with what it has and a cursor
 * @param indexes of closed segments that are kept in memory, some 200 kB each; more are read anew by each query
 * @param retention after which a closed segment is removed, counted from its last event
 * @param closing how long closing waits for the commit that runs
 */
public record AuditSettings(
        int pending,
        int batch,
        long segmentBytes,
        Duration segmentAge,
        int checkpointEvents,
        Duration checkpointAge,
        int valueCharacters,
        int facts,
        int page,
        int scan,
        int indexes,
        Duration retention,
        Duration closing) {
    /** For a server: segments of 64 MB or a day, checkpoints every 10,000 events or minute, kept for 400 days. */
    public static final AuditSettings DEFAULT = new AuditSettings(
            100_000,
            4096,
            64L << 20,
            Duration.ofDays(1),
            10_000,
            Duration.ofMinutes(1),
            2000,
            40,
            1000,
            200_000,
            64,
            Duration.ofDays(400),
            Duration.ofSeconds(10));

    /** Checks that no limit is below one. */
    public AuditSettings {
        long least = Math.min(
                Math.min(Math.min(pending, batch), Math.min(segmentBytes, checkpointEvents)),
                Math.min(Math.min(valueCharacters, facts), Math.min(indexes, Math.min(page, scan))));
        if (least < 1
                || segmentAge.isNegative()
                || checkpointAge.isNegative()
                || retention.isNegative()
                || closing.isNegative()) {
            throw new IllegalArgumentException("limits of the audit log are at least 1");
        }
    }
}
