// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A gate whose quick checks are made ready once. Immutable. */
final class Judge {
    private static final long PATIENCE_NANOS = Duration.ofMillis(2500).toNanos();

    private final GateSpec gate;
    private final int version;
    private final List<Optional<QuickChecks.Check>> checks;

    /** Over a valid gate. */
    Judge(GateSpec gate, int version) {
        this.gate = gate;
        this.version = version;
        this.checks = gate.all().stream().map(QuickChecks::of).toList();
    }

    GateSpec gate() {
        return gate;
    }

    /** Does the quick checks, as long as there is time; the others wait, as what had no time says nothing of a result. */
    GateRun judge(Subject subject, long startedNanos) {
        List<CheckRun> runs = new ArrayList<>();
        String problem = subject.problem();
        for (int i = 0; i < checks.size(); i++) {
            CheckRun waiting = CheckRun.waiting(gate.all().get(i));
            boolean inTime = problem != null || System.nanoTime() - startedNanos <= PATIENCE_NANOS;
            runs.add(checks.get(i)
                    .filter(check -> inTime)
                    .map(check -> waiting.ended(problem != null ? Outcome.errored(problem) : check.judge(subject)))
                    .orElse(waiting));
        }
        return new GateRun(gate, version, runs);
    }
}
