// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.api.task.Task;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.gates.Answers.Failed;
import io.skep.plugin.workflow.gates.Answers.Past;
import io.skep.plugin.workflow.gates.Answers.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Judges past tasks by the quick checks of a gate. Used by one thread. */
final class Backtest {
    private static final int MOST_EXAMPLES = 20;

    private final Judge judge;
    private final GateSpec quick;
    private final Codec codec;
    private final Subjects subjects;
    private final int[][] tallies;
    private final List<Failed> examples = new ArrayList<>();
    private int passed;
    private int failed;
    private int notJudged;

    /**
     * With a valid gate.
     *
     * @throws Declination if none of its checks can be done on past tasks
     */
    Backtest(GateSpec gate, int version, Codec codec, Subjects subjects) {
        List<CheckSpec> checks = gate.all().stream().filter(CheckSpec::isQuick).toList();
        if (checks.isEmpty()) {
            throw new Declination(
                    "the gate has only programs, reviewers and people, and these are not asked about the" + " past");
        }
        this.quick = gate.with(checks);
        this.judge = new Judge(quick, version);
        this.codec = codec;
        this.subjects = subjects;
        this.tallies = new int[checks.size()][3];
    }

    /** Judges tasks while there is time. */
    Past run(GateSpec whole, List<Task> tasks, long untilNanos) {
        for (Task task : tasks) {
            if (System.nanoTime() - untilNanos > 0) {
                notJudged++;
            } else if (whole.isFor(task.spec())) {
                judge(task);
            }
        }
        List<Tally> tally = IntStream.range(0, tallies.length)
                .mapToObj(i -> new Tally(
                        quick.all().get(i).called(),
                        quick.all().get(i).isA(),
                        tallies[i][0],
                        tallies[i][1],
                        tallies[i][2]))
                .toList();
        List<String> notRun = whole.all().stream()
                .filter(check -> !check.isQuick())
                .map(CheckSpec::called)
                .toList();
        return new Past(passed + failed, passed, failed, notJudged, tally, notRun, List.copyOf(examples));
    }

    private void judge(Task task) {
        Subject subject;
        try {
            subject = subjects.readNow(Subject.shown(task, quick.at(), codec));
        } catch (Declination nothingToSee) {
            notJudged++;
            return;
        }
        GateRun run = judge.judge(subject, System.nanoTime());
        if (run.decision() == GateRun.Decision.OPEN) {
            notJudged++;
            return;
        }
        for (int i = 0; i < run.checks().size(); i++) {
            String state = run.checks().get(i).state();
            tallies[i][state.equals(CheckRun.PASSED) ? 0 : state.equals(CheckRun.FAILED) ? 1 : 2]++;
        }
        Evaluation evaluation = new Evaluation(
                "past", "", null, task.id(), task.spec().tenant(), quick.at(), null, "", null, List.of(run));
        if (evaluation.verdict().equals(Evaluation.PASS)) {
            passed++;
        } else {
            failed++;
            if (examples.size() < MOST_EXAMPLES) {
                examples.add(new Failed(task.id(), Answers.rounded(run.score()), evaluation.feedback()));
            }
        }
    }
}
