// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.workflow.base.Reach;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One thing under evaluation by some gates, all of which it must pass. Immutable; its JSON is what is kept.
 *
 * @param startedAt ISO-8601
 * @param endedAt ISO-8601, or null while it goes on
 * @param task the task whose result or request it is, or null
 * @param tenant whose it is; null of one that an earlier version began
 * @param stage before or after execution
 * @param subject what is judged; null once it has ended, or if the task shows the same
 * @param shown the beginning of that, for people
 * @param difference from what was judged before, for people; null if there was nothing, and once it has ended
 */
public record Evaluation(
        String id,
        String startedAt,
        @Nullable String endedAt,
        @Nullable String task,
        @Nullable String tenant,
        String stage,
        @Nullable JsonNode subject,
        String shown,
        @Nullable Difference difference,
        List<GateRun> gates) {
    static final String PASS = "pass";
    static final String FAIL = "fail";
    static final String PENDING = "pending";

    /** Copies. */
    public Evaluation {
        gates = List.copyOf(gates);
    }

    /** Whether it is there for a call; one of which nobody knows whose it is, only for those who reach everything. */
    boolean isWithin(Reach reach) {
        return tenant == null ? !reach.isConfined() : reach.sees(tenant);
    }

    Evaluation with(int gate, int check, CheckRun run) {
        List<GateRun> changed = new ArrayList<>(gates);
        changed.set(gate, gates.get(gate).with(check, run));
        return with(changed);
    }

    private Evaluation with(List<GateRun> changed) {
        return new Evaluation(id, startedAt, endedAt, task, tenant, stage, subject, shown, difference, changed);
    }

    Evaluation with(@Nullable Difference found) {
        return new Evaluation(id, startedAt, endedAt, task, tenant, stage, subject, shown, found, gates);
    }

    /** It is over: what has not ended is skipped, and what was judged is not needed any more. */
    Evaluation closed(String now) {
        return new Evaluation(
                id,
                startedAt,
                now,
                task,
                tenant,
                stage,
                null,
                shown,
                null,
                gates.stream().map(GateRun::closed).toList());
    }

    /** This one, with every check as far as either has come. */
    Evaluation further(Evaluation other) {
        boolean same = other.gates.size() == gates.size()
                && IntStream.range(0, gates.size())
                        .allMatch(i -> gates.get(i).checks().size()
                                == other.gates.get(i).checks().size());
        return same
                ? with(IntStream.range(0, gates.size())
                        .mapToObj(i -> gates.get(i).further(other.gates.get(i)))
                        .toList())
                : this;
    }

    /** What can be said by now. */
    String verdict() {
        List<GateRun.Decision> decisions =
                gates.stream().map(GateRun::decision).distinct().toList();
        return decisions.contains(GateRun.Decision.FAIL)
                ? FAIL
                : decisions.contains(GateRun.Decision.OPEN) ? PENDING : PASS;
    }

    /** Of the gate that is worst. */
    double score() {
        return gates.stream().mapToDouble(GateRun::score).min().orElse(1);
    }

    /** What did not pass, a line each; the words for whoever has to do it better. */
    String feedback() {
        return gates.stream()
                .filter(gate -> gate.decision() != GateRun.Decision.PASS)
                .flatMap(gate -> gate.checks().stream()
                        .filter(check -> check.state().equals(CheckRun.FAILED)
                                || check.state().equals(CheckRun.ERRORED))
                        .map(check -> gate.gate().called() + "/" + check.name() + " " + check.state() + ": "
                                + check.detail()))
                .collect(Collectors.joining("\n"));
    }
}
