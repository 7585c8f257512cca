// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.workflow.base.Admin;
import io.skep.plugin.workflow.base.Reach;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Versions;
import io.skep.plugin.workflow.base.Versions.Version;
import io.skep.plugin.workflow.base.Workers;
import io.skep.plugin.workflow.gates.Answers.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operations of {@code quality_gates}. Thread-safe. */
public final class QualityGates implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int MOST_WAITING = 100;
    private static final int DEFAULT_PAST = 50;
    private static final Duration BACKTEST = Duration.ofSeconds(3);
    /** Ten of the largest fit into a document. */
    private static final Versions.Kind<GateSpec> GATES =
            new Versions.Kind<>("gate", "gate.", "gate", GateSpec.class, 10, 24_000);

    private static final String IN_CALL = "checks-of-the-call";

    private final TaskService tasks;
    private final Workers workers;
    private final Codec codec;
    private final Versions<GateSpec> gates;
    private final Ledger ledger;
    private final Programs programs;
    private final Subjects subjects;
    private final Judged judged;
    private final Engine engine;
    private final Evaluations evaluations;
    private final Passage passage;

    /** Over an orchestrator, whose state of the plugin it keeps gates and evaluations in. */
    public QualityGates(
            Orchestrator orchestrator,
            Admin admin,
            Supplier<Settings> settings,
            Workers workers,
            Codec codec,
            Clock clock) {
        this.tasks = orchestrator.tasks();
        this.workers = workers;
        this.codec = codec;
        this.gates = new Versions<>(
                orchestrator.state(), codec, clock, GATES, () -> settings.get().maxGates());
        this.ledger = new Ledger(orchestrator.state(), codec);
        this.programs = new Programs(settings);
        this.subjects = new Subjects(admin, settings, workers, codec);
        this.judged = new Judged(orchestrator.state(), codec, clock, settings);
        this.engine = new Engine(
                ledger,
                new CheckRunner(programs, workers),
                new Reviewers(tasks, codec),
                orchestrator,
                subjects,
                clock,
                settings);
        this.evaluations = new Evaluations(ledger, engine, subjects, judged, workers, codec, clock);
        this.passage = new Passage(gates, ledger, evaluations, judged, codec);
    }

    /** Goes on with what is kept; {@code changed} is run after each change of a gate, before that is answered. */
    public void start(Runnable changed) {
        gates.whenChanged(changed);
        engine.start(workers);
        workers.repeat(LOOK, judged::settle);
    }

    /** Where core has to ask: at every gate that is switched on. */
    public List<Checkpoint> checkpoints() {
        return passage.checkpoints();
    }

    /** How many evaluations have not ended. */
    public int pending() {
        return ledger.pending().size();
    }

    /** Gates and evaluations that have not ended, in words, to compare one generation with the next. */
    public List<String> view() {
        List<String> view = new ArrayList<>();
        gates.list().forEach((name, version) -> view.add(name + ' ' + codec.write(version)));
        ledger.pending().stream().map(Evaluation::id).sorted().forEach(view::add);
        return view;
    }

    /** The operation that a call means, or null if there is none of that name. */
    public @Nullable CompletionStage<?> answer(String operation, IntegrationRequest request) {
        String data = request.data();
        Reach reach = Reach.of(request);
        return switch (operation) {
            case "evaluate" -> evaluate(codec.read(data, Requests.Evaluate.class), reach, reach.tenantOf(request));
            case "result" -> result(codec.read(data, Requests.ById.class), reach);
            case "check" -> check(codec.read(data, Requests.Check.class), reach, request.task());
            case "approve" -> decide(codec.read(data, Requests.Decide.class), reach, true);
            case "reject" -> decide(codec.read(data, Requests.Decide.class), reach, false);
            case "waiting" -> waiting(data, reach);
            case "define" -> define(codec.read(data, GateSpec.class));
            case "list" -> list(data);
            case "show" -> show(codec.read(data, Requests.ByName.class));
            case "remove" -> remove(codec.read(data, Requests.ByName.class));
            case "backtest" -> backtest(codec.read(data, Requests.Backtest.class), reach);
            default -> null;
        };
    }

    private CompletionStage<Verdict> evaluate(Requests.Evaluate asked, Reach reach, @Nullable String tenant) {
        return gate(asked.gate(), asked.combine(), asked.minScore(), asked.checks())
                .thenCompose(version -> evaluate(asked, version, reach, tenant));
    }

    private CompletionStage<Verdict> evaluate(
            Requests.Evaluate asked, Version<GateSpec> version, Reach reach, @Nullable String tenant) {
        String stage =
                asked.stage() == null ? Objects.requireNonNull(version.value()).at() : asked.stage();
        if (asked.result() != null) {
            return evaluations
                    .judge(
                            Objects.requireNonNullElse(tenant, TaskSpec.DEFAULT_TENANT),
                            stage,
                            asked.result().toString(),
                            version)
                    .thenApply(Evaluations.Answer::verdict);
        }
        return task(Inputs.required("task", asked.task()), reach)
                .thenCompose(task ->
                        evaluations.judge(task, stage, Subject.shown(task, stage, codec), List.of(version), null))
                .thenApply(Evaluations.Answer::verdict);
    }

    /** The gate that is named, or one of the checks that are given; a look at these takes a while. */
    private CompletableFuture<Version<GateSpec>> gate(
            @Nullable String name,
            @Nullable String combine,
            @Nullable Double minScore,
            @Nullable List<CheckSpec> checks) {
        return name != null
                ? CompletableFuture.completedFuture(gates.get(name))
                : workers.supply(() -> new Version<>(
                        0, "", GateSpec.of(IN_CALL, combine, minScore, checks).valid()));
    }

    private CompletionStage<Verdict> check(Requests.Check asked, Reach reach, @Nullable String about) {
        String id = Inputs.required("task", asked.task() == null ? about : asked.task());
        String stage = Inputs.required("stage", asked.stage());
        String result = asked.result() == null ? null : asked.result().toString();
        return task(id, reach).thenCompose(task -> passage.check(task, stage, result));
    }

    /** One of another tenant is declined like one that is not there. */
    private CompletionStage<Task> task(String id, Reach reach) {
        return tasks.find(id)
                .thenApply(found -> found.filter(task -> reach.sees(task.spec().tenant()))
                        .orElseThrow(() ->
                                new Declination("there is no task \"" + id.replaceAll("[^A-Za-z0-9._-]", "?") + "\"")));
    }

    private CompletionStage<Verdict> result(Requests.ById asked, Reach reach) {
        return CompletableFuture.completedFuture(Verdict.of(known(Inputs.required("id", asked.id()), reach), true));
    }

    private Evaluation known(String id, Reach reach) {
        ledger.refresh();
        return ledger.find(id)
                .or(() -> ledger.ended(id))
                .filter(evaluation -> evaluation.isWithin(reach))
                .orElseThrow(() -> new Declination("there is no evaluation " + id + ", or it ended too long ago"));
    }

    private CompletionStage<Verdict> decide(Requests.Decide asked, Reach reach, boolean approved) {
        String id = Inputs.required("id", asked.id());
        Evaluation now = known(id, reach);
        String said = asked.by() == null ? "somebody" : asked.by();
        // Whoever is known decides in their own name, whatever the call says.
        String who = reach.caller() == null ? said : reach.caller();
        String words = (approved ? "approved by " : "rejected by ")
                + who
                + (asked.comment() == null ? "" : ": " + asked.comment());
        return engine.decide(id, asked.check(), approved ? Outcome.passed(words) : Outcome.failed(words))
                .thenApply(decided -> {
                    if (decided == null) {
                        throw new Declination("nothing of evaluation " + id
                                + " waits for that decision; its verdict is " + now.verdict());
                    }
                    return Verdict.of(decided, true);
                });
    }

    private CompletionStage<Answers.Waiting> waiting(String data, Reach reach) {
        codec.read(data, Requests.Nothing.class);
        ledger.refresh();
        List<Answers.Wait> waits = new ArrayList<>();
        List<Evaluation> seen = ledger.pending().stream()
                .filter(evaluation -> evaluation.isWithin(reach))
                .toList();
        for (Evaluation evaluation : seen) {
            for (GateRun gate : evaluation.gates()) {
                for (int i = 0; i < gate.checks().size() && waits.size() < MOST_WAITING; i++) {
                    CheckRun run = gate.checks().get(i);
                    if (run.isPending() && run.kind().equals(CheckSpec.HUMAN)) {
                        waits.add(wait(evaluation, gate, gate.gate().all().get(i), run));
                    }
                }
            }
        }
        return CompletableFuture.completedFuture(new Answers.Waiting(seen.size(), waits));
    }

    private static Answers.Wait wait(Evaluation of, GateRun gate, CheckSpec check, CheckRun run) {
        return new Answers.Wait(
                of.id(),
                gate.gate().called(),
                gate.version(),
                run.name(),
                Objects.requireNonNullElse(check.question(), ""),
                run.until(),
                of.task(),
                of.shown(),
                of.difference());
    }

    private CompletionStage<Answers.Changed> define(GateSpec gate) {
        String name = Inputs.required("name", gate.name());
        return workers.supply(() -> {
                    GateSpec valid = gate.valid();
                    for (CheckSpec check : valid.all()) {
                        if (check.program() != null) {
                            programs.find(check.program());
                        }
                    }
                    return valid;
                })
                .thenCompose(valid -> gates.define(name, valid))
                .thenApply(done -> changed(name, done));
    }

    private static Answers.Changed changed(String name, Versions.Change<GateSpec> change) {
        return new Answers.Changed(name, change.version().version(), change.changed());
    }

    private CompletionStage<Answers.Gates> list(String data) {
        codec.read(data, Requests.Nothing.class);
        return CompletableFuture.completedFuture(new Answers.Gates(
                gates.list().values().stream().map(Answers.Row::of).toList()));
    }

    private CompletionStage<Answers.Shown> show(Requests.ByName asked) {
        String name = Inputs.required("name", asked.name());
        List<Answers.OfVersion> versions = new ArrayList<>();
        gates.find(name).forEach(v -> versions.add(0, new Answers.OfVersion(v.version(), v.at(), v.value())));
        if (versions.isEmpty()) {
            throw new Declination("there is no gate " + name);
        }
        return CompletableFuture.completedFuture(new Answers.Shown(name, versions));
    }

    private CompletionStage<Answers.Changed> remove(Requests.ByName asked) {
        String name = Inputs.required("name", asked.name());
        return gates.remove(name).thenApply(done -> changed(name, done));
    }

    private CompletionStage<Answers.Past> backtest(Requests.Backtest asked, Reach reach) {
        if (asked.tenant() != null && !reach.sees(asked.tenant())) {
            throw new Declination("field \"tenant\": this caller may look at tenant " + reach.tenant() + " only");
        }
        long until = System.nanoTime() + BACKTEST.toNanos();
        TaskQuery completed = new TaskQuery(
                Set.of(TaskState.COMPLETED),
                null,
                asked.tenant() == null ? reach.tenant() : asked.tenant(),
                asked.text(),
                null,
                null,
                asked.limit() == null ? DEFAULT_PAST : asked.limit(),
                null);
        return gate(asked.gate(), asked.combine(), asked.minScore(), asked.checks())
                .thenCompose(version -> tasks.list(completed)
                        .thenCompose(page -> workers.supply(() -> {
                            GateSpec gate = Objects.requireNonNull(version.value());
                            return new Backtest(gate, version.version(), codec, subjects)
                                    .run(gate, page.items(), until);
                        })));
    }

    @Override
    public void close() {
        engine.close();
    }
}
