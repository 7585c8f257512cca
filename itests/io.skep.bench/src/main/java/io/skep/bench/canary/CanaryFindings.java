// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.canary;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.Findings;
import io.skep.bench.Result;
import io.skep.bench.inprocess.Tally;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Counts what was judged rightly. For one thread. */
final class CanaryFindings {
    private final int rounds;
    private final Map<Trial, Integer> right = new EnumMap<>(Trial.class);
    private final List<String> violations = new ArrayList<>();

    CanaryFindings(int rounds) {
        this.rounds = rounds;
    }

    /** A version was tried, which ended so. */
    void ended(Trial trial, String version, JsonNode job) {
        if (trial.isJudgedRightly(job)) {
            right.merge(trial, 1, Integer::sum);
        } else {
            violations.add("the version " + version + ", which is "
                    + trial.name().toLowerCase(Locale.ROOT) + ", was "
                    + job.path("outcome").asText() + ": " + job.path("reason").asText());
        }
    }

    /** All of it, with what became of the users' calls. */
    Findings findings(Tally.Report calls) {
        List<Result> results = new ArrayList<>();
        for (Trial trial : Trial.values()) {
            results.add(Result.of(trial.result(), right.getOrDefault(trial, 0), "", "rounds", rounds));
        }
        Histogram nanos = calls.histogram();
        results.add(Result.count("calls", nanos.getTotalCount()));
        results.add(Result.count("failed.calls", calls.failed()));
        results.add(Result.count("fallback.calls", calls.fallback()));
        results.add(Result.of("calls.p50.ms", nanos.getValueAtPercentile(50) / 1e6, "ms"));
        results.add(Result.of("calls.p99.ms", nanos.getValueAtPercentile(99) / 1e6, "ms"));
        if (calls.failed() + calls.fallback() > 0) {
            violations.add(calls.failed() + " calls failed, and " + calls.fallback() + " found no plugin");
        }
        violations.addAll(calls.problems());
        return new Findings("plugins' versions as promoted", results, violations);
    }
}
