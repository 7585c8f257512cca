// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One gate under evaluation. Immutable.
 *
 * @param version of the gate; 0 if its checks came with the call
 * @param checks as the gate has them, in order
 */
public record GateRun(GateSpec gate, int version, List<CheckRun> checks) {
    private static final double EPSILON = 1e-9;

    /** What a gate says. */
    enum Decision {
        PASS,
        FAIL,
        OPEN
    }

    /** Copies. */
    public GateRun {
        checks = List.copyOf(checks);
    }

    GateRun with(int check, CheckRun run) {
        List<CheckRun> changed = new ArrayList<>(checks);
        changed.set(check, run);
        return new GateRun(gate, version, changed);
    }

    /** The same with everything skipped that is not over. */
    GateRun closed() {
        return new GateRun(
                gate,
                version,
                checks.stream()
                        .map(check -> check.isOver() ? check : check.skipped())
                        .toList());
    }

    GateRun further(GateRun other) {
        return new GateRun(
                gate,
                version,
                IntStream.range(0, checks.size())
                        .mapToObj(i -> checks.get(i).further(other.checks.get(i)))
                        .toList());
    }

    /** What can be said by now, even if not every check is over. */
    Decision decision() {
        boolean over = checks.stream().allMatch(CheckRun::isOver);
        return switch (gate.combined()) {
            case GateSpec.ANY ->
                checks.stream().anyMatch(CheckRun::isPassed) ? Decision.PASS : over ? Decision.FAIL : Decision.OPEN;
            case GateSpec.WEIGHTED -> weighted();
            default -> {
                boolean lost = checks.stream().anyMatch(check -> check.isOver() && !check.isPassed());
                yield lost ? Decision.FAIL : over ? Decision.PASS : Decision.OPEN;
            }
        };
    }

    private Decision weighted() {
        if (score() + EPSILON >= gate.needs()) {
            return Decision.PASS;
        }
        return best() + EPSILON < gate.needs() ? Decision.FAIL : Decision.OPEN;
    }

    /** 0 to 1: the best of its checks where any is enough, else their weighted mean; what has not ended counts as 0. */
    double score() {
        if (gate.combined().equals(GateSpec.ANY)) {
            return checks.stream().mapToDouble(CheckRun::score).max().orElse(0);
        }
        return mean(false);
    }

    private double best() {
        return mean(true);
    }

    private double mean(boolean hopeful) {
        double weights = 0;
        double sum = 0;
        for (int i = 0; i < checks.size(); i++) {
            double weight = gate.all().get(i).weighs();
            CheckRun check = checks.get(i);
            weights += weight;
            sum += weight * (hopeful && !check.isOver() ? 1 : check.score());
        }
        return weights == 0 ? (checks.stream().allMatch(CheckRun::isPassed) ? 1 : 0) : sum / weights;
    }

    /** The checks that may begin now: quick ones first, then programs and reviewers, people last. */
    List<Integer> next() {
        int phase = IntStream.range(0, checks.size())
                .filter(i -> !checks.get(i).isOver())
                .map(i -> phase(gate.all().get(i)))
                .min()
                .orElse(0);
        return IntStream.range(0, checks.size())
                .filter(i -> checks.get(i).state().equals(CheckRun.WAITING)
                        && phase(gate.all().get(i)) == phase)
                .boxed()
                .toList();
    }

    private static int phase(CheckSpec check) {
        return check.isQuick() ? 0 : check.isA().equals(CheckSpec.HUMAN) ? 2 : 1;
    }
}
