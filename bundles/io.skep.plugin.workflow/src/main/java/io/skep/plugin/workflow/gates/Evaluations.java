// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.api.task.Task;
import io.skep.plugin.base.Codec;
import io.skep.plugin.workflow.base.Versions.Version;
import io.skep.plugin.workflow.base.Workers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Judges what can be judged at once, and begins an evaluation for the rest. Thread-safe. */
final class Evaluations {
    private static final int MOST_SHOWN = 4000;

    private final Ledger ledger;
    private final Engine engine;
    private final Subjects subjects;
    private final Judged judged;
    private final Workers workers;
    private final Codec codec;
    private final Clock clock;

    Evaluations(
            Ledger ledger, Engine engine, Subjects subjects, Judged judged, Workers workers, Codec codec, Clock clock) {
        this.ledger = ledger;
        this.engine = engine;
        this.subjects = subjects;
        this.judged = judged;
        this.workers = workers;
        this.codec = codec;
        this.clock = clock;
    }

    /** The task that it is about, if there is one, and its tenant. */
    private record Whose(@Nullable Task task, String tenant) {}

    /**
     * What came of it so far.
     *
     * @param kept whether it can be asked for by its id
     */
    record Answer(Evaluation evaluation, boolean kept) {
        Answers.Verdict verdict() {
            return Answers.Verdict.of(evaluation, kept);
        }
    }

    /** Judges what is of no task, on behalf of a tenant. */
    CompletionStage<Answer> judge(String tenant, String stage, String shown, Version<GateSpec> by) {
        return judge(new Whose(null, tenant), stage, shown, List.of(by), null);
    }

    /**
     * Judges.
     *
     * @param task whose result or request it is
     * @param shown what is judged, JSON text, which may be a reference
     * @param key by which the same check finds the evaluation that it began before; null for a new one
     */
    CompletionStage<Answer> judge(
            Task task, String stage, String shown, List<Version<GateSpec>> by, @Nullable String key) {
        return judge(new Whose(task, task.spec().tenant()), stage, shown, by, key);
    }

    private CompletionStage<Answer> judge(
            Whose whose, String stage, String shown, List<Version<GateSpec>> by, @Nullable String key) {
        Evaluation known = key == null
                ? null
                : ledger.find(key).or(() -> ledger.ended(key)).orElse(null);
        if (known != null) {
            return CompletableFuture.completedFuture(new Answer(known, true));
        }
        return subjects.read(shown)
                .thenCompose(subject -> judge(whose, stage, subject, by, key)
                        .thenCompose(evaluation -> compared(whose.task(), subject, evaluation)))
                .thenCompose(evaluation -> evaluation.verdict().equals(Evaluation.PENDING)
                        ? engine.begin(evaluation).thenApply(begun -> new Answer(begun, true))
                        : CompletableFuture.completedFuture(new Answer(evaluation, false)));
    }

    private CompletionStage<Evaluation> judge(
            Whose whose, String stage, Subject subject, List<Version<GateSpec>> by, @Nullable String key) {
        return workers.supply(() -> {
            long started = System.nanoTime();
            List<GateRun> runs = by.stream()
                    .map(version -> new Judge(Objects.requireNonNull(version.value()), version.version())
                            .judge(subject, started))
                    .toList();
            return evaluation(whose, stage, subject, runs, key);
        });
    }

    /** What people judge, now or after the next attempt, is remembered, and compared with what was judged before. */
    private CompletionStage<Evaluation> compared(@Nullable Task task, Subject subject, Evaluation evaluation) {
        boolean people = evaluation.gates().stream().map(GateRun::gate).anyMatch(GateSpec::needsPeople);
        if (task == null
                || !people
                || evaluation.stage().equals(GateSpec.BEFORE)
                || evaluation.verdict().equals(Evaluation.PASS)) {
            return CompletableFuture.completedFuture(evaluation);
        }
        return judged.remember(task.id(), task.token(), subject).thenApply(evaluation::with);
    }

    private Evaluation evaluation(
            Whose whose, String stage, Subject subject, List<GateRun> runs, @Nullable String key) {
        Task task = whose.task();
        String text = subject.text();
        String shown = subject.reference() == null ? text : subject.reference();
        boolean again = task != null && shows(task, stage, shown);
        String id = key != null ? key : "e-" + Long.toString(clock.millis(), 36) + '-' + hash(text + runs);
        return new Evaluation(
                id,
                clock.instant().toString(),
                null,
                task == null ? null : task.id(),
                whose.tenant(),
                stage,
                again ? null : subject.reference() == null ? subject.json() : codec.tree("the result", shown),
                text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN - 1) + '…' : text,
                null,
                runs);
    }

    /** Whether the task itself will show the same later, so that it need not be kept. */
    private static boolean shows(Task task, String stage, String shown) {
        return stage.equals(GateSpec.BEFORE) || shown.equals(task.result());
    }

    /** Tells texts apart. */
    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6).toLowerCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
