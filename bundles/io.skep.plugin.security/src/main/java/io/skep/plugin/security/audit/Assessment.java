// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import io.skep.plugin.security.audit.Finding.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects evidence for one control from the events of a period, in their order. Used once. */
final class Assessment {
    /** Events that wait for an answer, at most; with more it cannot be told whether all were answered. */
    static final int MOST_OPEN = 10_000;

    private static final int SAMPLE = 3;

    private final Control control;
    private final List<Long> sample = new ArrayList<>();
    /** When the oldest unanswered event of an object was. */
    private final Map<String, Instant> open = new LinkedHashMap<>();

    private long events;
    private long late;
    private boolean overflow;

    Assessment(Control control) {
        this.control = control;
    }

    void add(AuditRecord event) {
        String object = event.type() + ' ' + event.object();
        if (EventPattern.anyMatches(control.answers(), event)) {
            Instant asked = open.remove(object);
            late += asked != null && event.time().isAfter(due(asked)) ? 1 : 0;
        }
        if (EventPattern.anyMatches(control.events(), event)) {
            events++;
            if (sample.size() < SAMPLE) {
                sample.add(event.seq());
            }
            if (control.rule() == Control.Rule.ANSWERED) {
                overflow |= open.size() >= MOST_OPEN;
                if (!overflow) {
                    open.putIfAbsent(object, event.time());
                }
            }
        }
    }

    private Instant due(Instant asked) {
        return asked.plus(Duration.ofDays(control.days()));
    }

    /**
     * What was found.
     *
     * @param end of the period: what is not due by then is not late
     */
    Finding finding(Instant end, Verification log, Duration kept) {
        return switch (control.rule()) {
            case SOME ->
                events > 0
                        ? finding(Status.PASS, "there are such events")
                        : finding(Status.NOT_ASSESSED, "there is no such event in the period");
            case NONE ->
                events > 0
                        ? finding(Status.FAIL, "there are events that must not be")
                        : finding(Status.PASS, "there is no such event in the period");
            case ANSWERED -> answered(end);
            case INTEGRITY ->
                log.isIntact()
                        ? finding(Status.PASS, "the log verifies, and is signed up to event " + log.signed())
                        : finding(Status.FAIL, "the log does not verify: " + log.problem());
            case KEPT ->
                kept.compareTo(Duration.ofDays(control.days())) >= 0
                        ? finding(Status.PASS, "segments are kept for " + kept.toDays() + " days")
                        : finding(Status.FAIL, "segments are kept for " + kept.toDays() + " days only");
            case MANUAL -> finding(Status.NOT_ASSESSED, "nothing in the log tells");
        };
    }

    private Finding answered(Instant end) {
        long overdue =
                open.values().stream().filter(asked -> due(asked).isBefore(end)).count();
        if (late + overdue > 0) {
            return finding(
                    Status.FAIL, late + " were answered after " + control.days() + " days, and " + overdue + " not");
        }
        if (overflow) {
            return finding(Status.NOT_ASSESSED, "more than " + MOST_OPEN + " wait for an answer");
        }
        return events > 0
                ? finding(Status.PASS, "all that were due were answered in " + control.days() + " days")
                : finding(Status.NOT_ASSESSED, "there is no such event in the period");
    }

    private Finding finding(Status status, String words) {
        return new Finding(control.framework(), control.id(), control.asks(), status, events, words, sample);
    }
}
