// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts how calls end. Thread-safe. */
final class LoadTally {
    private static final int MAX_COMPLAINTS = 20;

    private final LongAdder begun = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder declined = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder gone = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final Histogram nanos = new ConcurrentHistogram(3);
    private final List<String> complaints = new ArrayList<>();

    void begun() {
        begun.increment();
    }

    void ended(IntegrationRequest request, IntegrationResponse response, CapabilityLoad.Checker checker, long took) {
        String complaint = response.fold(
                answer -> {
                    answered.increment();
                    String found = complaint(checker, request, answer);
                    if (found != null) {
                        wrong.increment();
                    }
                    return found;
                },
                refusal -> count(declined, "declined: " + refusal.reason()),
                failure -> count(failed, "failed: " + failure.cause()),
                late -> count(timedOut, "timed out after " + late.after()),
                none -> count(gone, "gone: " + none.reason()));
        record(request, complaint == null ? "" : complaint, took);
    }

    /** A checker that throws has not found the answer right. */
    @SuppressWarnings("checkstyle:IllegalCatch")
    private static @Nullable String complaint(
            CapabilityLoad.Checker checker, IntegrationRequest request, IntegrationResponse.Answered answer) {
        try {
            return checker.complaint(request, answer);
        } catch (RuntimeException | Error e) {
            return "answered, and the checker ended with " + e;
        }
    }

    /** A call without an ending, which there should not be; counts as failed. */
    void broken(IntegrationRequest request, String complaint, long took) {
        record(request, count(failed, complaint), took);
    }

    private static String count(LongAdder counter, String complaint) {
        counter.increment();
        return complaint;
    }

    private void record(IntegrationRequest request, String complaint, long took) {
        nanos.recordValue(Math.max(0, took));
        if (!complaint.isEmpty()) {
            synchronized (complaints) {
                if (complaints.size() < MAX_COMPLAINTS) {
                    complaints.add(request.capability() + " " + request.operation() + " " + complaint);
                }
            }
        }
    }

    LoadReport report() {
        List<String> said;
        synchronized (complaints) {
            said = List.copyOf(complaints);
        }
        LoadReport.Counts counts = new LoadReport.Counts(
                begun.sum(), answered.sum(), declined.sum(), failed.sum(), timedOut.sum(), gone.sum(), wrong.sum());
        return new LoadReport(counts, nanos.copy(), said);
    }
}
