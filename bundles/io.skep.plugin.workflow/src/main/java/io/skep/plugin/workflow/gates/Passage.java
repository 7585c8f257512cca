// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.api.plugin.Checkpoint;
import io.skep.api.task.Review;
import io.skep.api.task.Task;
import io.skep.plugin.base.Codec;
import io.skep.plugin.workflow.base.Versions;
import io.skep.plugin.workflow.base.Versions.Version;
import io.skep.plugin.workflow.gates.Answers.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts tasks through the gates that are for them: what core asks at its checkpoints, and what anybody may ask. The same
 * question finds what it began before. Thread-safe.
 */
final class Passage {
    /** The engine says when it has ended; this is for the case that nobody heard it. */
    private static final int RETRY_MILLIS = 5_000;

    private static final int MOST_WORDS = 1_500;

    private final Versions<GateSpec> gates;
    private final Ledger ledger;
    private final Evaluations evaluations;
    private final Judged judged;
    private final Codec codec;

    Passage(Versions<GateSpec> gates, Ledger ledger, Evaluations evaluations, Judged judged, Codec codec) {
        this.gates = gates;
        this.ledger = ledger;
        this.evaluations = evaluations;
        this.judged = judged;
        this.codec = codec;
    }

    /** Where core has to ask: at every gate that is switched on. */
    List<Checkpoint> checkpoints() {
        return gates.list().values().stream()
                .map(version -> Objects.requireNonNull(version.value()))
                .filter(GateSpec::isOn)
                .map(GateSpec::checkpoint)
                .distinct()
                .toList();
    }

    /** Judges a task at a stage; {@code result} is what it is about to end with, if it does not say that itself. */
    CompletionStage<Verdict> check(Task task, String stage, @Nullable String result) {
        List<Version<GateSpec>> chosen = gates.list().values().stream()
                .filter(version -> {
                    GateSpec gate = Objects.requireNonNull(version.value());
                    return gate.isOn() && gate.at().equals(stage) && gate.isFor(task.spec());
                })
                .toList();
        if (chosen.isEmpty() || isReview(task)) {
            return CompletableFuture.completedFuture(Verdict.NONE);
        }
        String shown = result == null ? Subject.shown(task, stage, codec) : result;
        String run = Evaluations.hash(
                shown + chosen.stream().map(v -> v.value() + "@" + v.version()).collect(Collectors.joining()));
        String key = String.join("-", "c", task.id(), stage, Long.toString(task.token()), run);
        return evaluations
                .judge(task, stage, shown, chosen, key)
                .thenCompose(answer -> passed(task, stage, shown, key, answer));
    }

    private CompletionStage<Verdict> passed(
            Task task, String stage, String shown, String key, Evaluations.Answer answer) {
        Evaluation evaluation = answer.evaluation();
        if (!evaluation.verdict().equals(Evaluation.FAIL)) {
            return CompletableFuture.completedFuture(told(task, answer));
        }
        List<GateSpec> failed = evaluation.gates().stream()
                .filter(run -> run.decision() == GateRun.Decision.FAIL)
                .map(GateRun::gate)
                .toList();
        if (!failed.stream().allMatch(GateSpec::asks)) {
            return CompletableFuture.completedFuture(answer.verdict().orAgain(sendsBack(failed, task)));
        }
        String feedback = evaluation.feedback();
        String words = feedback.length() > MOST_WORDS ? feedback.substring(0, MOST_WORDS) + '…' : feedback;
        List<Version<GateSpec>> appeals = failed.stream()
                .map(gate -> new Version<>(0, "", gate.appeal(words)))
                .toList();
        return evaluations.judge(task, stage, shown, appeals, key + "-a").thenApply(decided -> told(task, decided));
    }

    private Verdict told(Task task, Evaluations.Answer answer) {
        Evaluation evaluation = answer.evaluation();
        if (evaluation.stage().equals(GateSpec.AFTER) && evaluation.verdict().equals(Evaluation.PASS)) {
            judged.forget(task.id());
        }
        return answer.verdict().waiting(reason(evaluation), RETRY_MILLIS);
    }

    private static boolean sendsBack(List<GateSpec> failed, Task task) {
        Review review = task.review();
        int sentBack = review == null ? 0 : review.sentBack();
        return failed.stream().allMatch(gate -> gate.sendsBack(sentBack));
    }

    /** What is waited for. */
    private static String reason(Evaluation evaluation) {
        List<String> waits = new ArrayList<>();
        for (GateRun gate : evaluation.gates()) {
            for (CheckRun check : gate.checks()) {
                if (!check.isOver()) {
                    String whom = check.kind().equals(CheckSpec.HUMAN)
                            ? "a person" + (check.until() == null ? "" : " until " + check.until())
                                    + ": gate:approve (or gate:reject) id=" + evaluation.id()
                            : check.task() == null ? "its " + check.kind() : "review " + check.task();
                    waits.add("gate " + gate.gate().called() + " waits for " + whom);
                }
            }
        }
        return String.join("; ", waits);
    }

    /** Whether it is a review that a gate asked for: it passes no gates itself, or there would be no end of them. */
    private boolean isReview(Task task) {
        String key = task.spec().idempotencyKey();
        if (key == null || !key.startsWith(Engine.REVIEW)) {
            return false;
        }
        String id = key.substring(Engine.REVIEW.length()).split("/", 2)[0];
        return ledger.find(id).isPresent() || ledger.ended(id).isPresent();
    }
}
