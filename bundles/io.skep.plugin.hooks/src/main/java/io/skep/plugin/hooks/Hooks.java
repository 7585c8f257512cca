// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.Stage;
import io.skep.api.task.Task;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.base.PluginThreads;
import io.skep.plugin.hooks.Answers.Changed;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of one generation at work over one orchestrator: the operations. Thread-safe. */
final class Hooks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
    private static final int TIMERS = 2;
    private static final int MOST_LISTED = 200;
    private static final int MOST_REPLAYED = 100;
    private static final long TEST_MILLIS = 3_000;
    private static final Duration SAVE = Duration.ofSeconds(5);

    private final Orchestrator orchestrator;
    private final Settings settings;
    private final Clock clock;
    private final Documents documents;
    private final Costs costs;
    private final Budgets budgets;
    private final Programs programs;
    private final Webhooks webhooks;
    private final Runner runner;
    private final HookBook book;
    private final Checks checks;
    private final Checked checked;
    private final Letters letters;
    private final Places places;
    private final Riders riders;
    private final Timings timings;
    private final Timeline timeline;
    private final Traces traces;
    private final ScheduledThreadPoolExecutor timer;
    private volatile List<HookSpec> before = List.of();
    /** What this generation has read: nothing, the copy that it has on trial, or what is kept. */
    private final AtomicReference<String> read = new AtomicReference<>("nothing");

    private @Nullable List<Checkpoint> checkpoints;

    Hooks(Orchestrator orchestrator, Settings settings, Codec codec, Clock clock) {
        this.orchestrator = orchestrator;
        this.settings = settings;
        this.clock = clock;
        timer = new ScheduledThreadPoolExecutor(TIMERS, work -> PluginThreads.daemon(work, "skep-hooks-timer"));
        timer.setRemoveOnCancelPolicy(true);
        documents = new Documents(orchestrator.state(), codec);
        costs = new Costs(documents, settings);
        budgets = new Budgets(documents, orchestrator, costs, settings.budget(), clock);
        programs = new Programs(settings.programs(), settings.parallelPrograms(), codec);
        webhooks = new Webhooks(settings.secrets(), settings.isPlainForAny(), codec, clock);
        runner = new Runner(
                Map.of(
                        HookSpec.PROGRAM, programs,
                        HookSpec.WEBHOOK, webhooks,
                        HookSpec.CAPABILITY, new CapabilityCalls(orchestrator, codec)),
                costs,
                timer,
                clock);
        book = new HookBook(documents, new HookFiles(settings.files(), codec), codec, settings.maxHooks());
        checked = new Checked(documents);
        checks = new Checks(orchestrator, runner, checked, () -> before, settings.maxChecks(), clock);
        letters = new Letters(documents, settings.maxDeadLetters());
        places = new Places(documents, orchestrator.events(), settings.cursor());
        riders = new Riders(orchestrator, runner, letters, places, codec, clock);
        timings = new Timings(orchestrator.documents(), clock);
        timeline = new Timeline(orchestrator, runner::last);
        traces = new Traces(orchestrator, settings.tracing(), places);
    }

    void start() {
        look();
        traces.start();
        long pause = settings.look().toMillis();
        timer.scheduleWithFixedDelay(this::lookAgain, pause, pause, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(this::save, SAVE.toMillis(), SAVE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Does not fail, or it would not be called again. */
    private void lookAgain() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.warn("the hooks could not be looked at", e);
        }
    }

    private void save() {
        if (documents.isServing()) {
            costs.save();
        }
    }

    /** Reads what is kept, at first and when this generation has come to serve since. */
    void refresh() {
        String before = read.get();
        String now = documents.isTrial() ? "the copy" : "what is kept";
        if (!now.equals(before) && read.compareAndSet(before, now)) {
            budgets.load();
            costs.load();
        }
    }

    /** Takes up what is another than before: in files, in the state, or by budgets. */
    private synchronized void look() {
        refresh();
        if (book.look()) {
            book.bad().forEach(bad -> LOG.warn("{}: {}", bad.file(), bad.reason()));
        }
        if (documents.isServing()) {
            budgets.judge(book.those(HookSpec::isBefore));
        }
        before = book.those(HookSpec::isBefore).stream()
                .map(budgets::inForce)
                .filter(HookSpec::isOn)
                .toList();
        riders.run(book.those(hook -> !hook.isBefore() && hook.isOn()));
        List<Checkpoint> wanted = Points.of(before);
        if (!wanted.equals(checkpoints)) {
            checkpoints = wanted;
            orchestrator.checkpoints(wanted);
        }
    }

    CompletionStage<Answers.Hooks> list() {
        List<Answers.Row> rows = new ArrayList<>();
        book.all().forEach((name, entry) -> {
            HookSpec hook = budgets.inForce(entry.hook());
            Rider rider = riders.find(name);
            rows.add(new Answers.Row(
                    name,
                    entry.source(),
                    hook.isOn(),
                    hook.how(),
                    budgets.find(name),
                    rider == null ? null : rider.place(),
                    rider == null ? 0 : rider.lag(),
                    rider == null ? null : rider.trouble(),
                    entry.hook()));
        });
        return CompletableFuture.completedFuture(new Answers.Hooks(rows, book.bad(), EventNames.ALL));
    }

    CompletionStage<Answers.Verdict> check(Requests.Check asked) {
        String id = Inputs.required("task", asked.task());
        Inputs.oneOf("stage", Inputs.required("stage", asked.stage()), List.of("before", "after"));
        Stage stage = "before".equals(asked.stage()) ? Stage.BEFORE : Stage.AFTER;
        return task(id).thenCompose(task -> checks.ask(task, stage));
    }

    private CompletionStage<Task> task(String id) {
        return orchestrator
                .tasks()
                .find(id)
                .thenApply(found -> found.orElseThrow(
                        () -> new Declination("there is no task \"" + id.replaceAll("[^A-Za-z0-9._-]", "?") + "\"")));
    }

    CompletionStage<Changed> add(HookSpec hook) {
        if (HookSpec.PROGRAM.equals(hook.kind()) && hook.isOn() && hook.program() != null) {
            hook.valid();
            programs.find(hook.program());
        } else if (HookSpec.WEBHOOK.equals(hook.kind())) {
            hook.valid();
            webhooks.check(hook);
        }
        return book.add(hook)
                .thenCompose(kept -> budgets.find(hook.called()) == null
                        ? CompletableFuture.completedFuture(null)
                        : budgets.restore(hook.called()))
                .thenCompose(restored -> changed(hook.called()));
    }

    CompletionStage<Changed> remove(Requests.ByName asked) {
        String name = Inputs.required("name", asked.name());
        return book.remove(name)
                .thenCompose(gone ->
                        budgets.find(name) == null ? CompletableFuture.completedFuture(null) : budgets.restore(name))
                .thenCompose(restored -> {
                    costs.remove(Costs.HOOK + name);
                    return changed(name);
                });
    }

    /** Answered when it is in force; not on the thread that brings the word that it is durable, as riders are waited for. */
    private CompletionStage<Changed> changed(String name) {
        return CompletableFuture.supplyAsync(
                () -> {
                    lookAgain();
                    return new Changed(name);
                },
                timer);
    }

    CompletionStage<Answers.Tried> test(Requests.Test asked) {
        HookSpec hook = asked.hook() != null ? asked.hook() : book.find(Inputs.required("name", asked.name()));
        if (hook == null) {
            throw new Declination("there is no hook " + asked.name());
        }
        hook.valid();
        Inputs.text("subject", asked.subject(), 128);
        Inputs.text("cause", asked.cause(), 2_000);
        Inputs.text("type", asked.type(), 128);
        CompletionStage<@Nullable Task> task = asked.task() == null
                ? CompletableFuture.completedFuture(null)
                : task(asked.task()).thenApply(it -> it);
        long begun = System.nanoTime();
        return task.thenCompose(found -> runner.once(hook, happening(asked, hook, found)))
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(
                        new Outcome(Answers.Verdict.PENDING, "it goes on; see the deliveries", null),
                        TEST_MILLIS,
                        TimeUnit.MILLISECONDS)
                .thenApply(outcome -> new Answers.Tried(
                        outcome.state(), outcome.reason(), outcome.amend(), Costs.millis(System.nanoTime() - begun)));
    }

    private Happening happening(Requests.Test asked, HookSpec hook, @Nullable Task task) {
        String first = Objects.requireNonNull(hook.on()).get(0).replace("*", "test");
        String subject = asked.subject() != null ? asked.subject() : task == null ? "test" : task.id();
        return new Happening(
                "test-" + UUID.randomUUID(),
                clock.instant(),
                asked.type() == null ? first : asked.type(),
                subject,
                asked.cause() == null ? "a test of the hook" : asked.cause(),
                null,
                0,
                task);
    }

    CompletionStage<Answers.Deliveries> deliveries(Requests.Page asked) {
        int limit = limit(asked.limit());
        return CompletableFuture.completedFuture(new Answers.Deliveries(runner.last().stream()
                .filter(delivery -> asked.hook() == null || asked.hook().equals(delivery.hook()))
                .limit(limit)
                .toList()));
    }

    private static int limit(@Nullable Integer asked) {
        Inputs.range("limit", asked, 1, MOST_LISTED);
        return Objects.requireNonNullElse(asked, MOST_LISTED);
    }

    CompletionStage<Answers.Letters> deadLetters(Requests.Page asked) {
        return CompletableFuture.completedFuture(
                new Answers.Letters(letters.count(), letters.list(asked.hook(), limit(asked.limit()))));
    }

    private List<Letters.Letter> asked(Requests.Letters asked) {
        Inputs.range("limit", asked.limit(), 1, MOST_REPLAYED);
        String id = asked.id();
        return id == null
                ? letters.list(asked.hook(), Objects.requireNonNullElse(asked.limit(), MOST_REPLAYED))
                : List.of(letters.find(id).orElseThrow(() -> new Declination("there is no dead letter of that id")));
    }

    CompletionStage<Answers.Replayed> replay(Requests.Letters which) {
        List<CompletableFuture<Boolean>> ends = new ArrayList<>();
        for (Letters.Letter letter : asked(which)) {
            HookSpec hook = book.find(letter.hook());
            ends.add(hook == null ? CompletableFuture.completedFuture(false) : replay(letter, hook));
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, TEST_MILLIS, TimeUnit.MILLISECONDS)
                .thenApply(over -> {
                    int delivered = 0;
                    int failed = 0;
                    for (CompletableFuture<Boolean> end : ends) {
                        boolean isGood = end.getNow(false);
                        delivered += isGood ? 1 : 0;
                        failed += end.isDone() && !isGood ? 1 : 0;
                    }
                    return new Answers.Replayed(delivered, failed, ends.size() - delivered - failed);
                });
    }

    private CompletableFuture<Boolean> replay(Letters.Letter letter, HookSpec hook) {
        return runner.run(hook, letter.happening())
                .thenCompose(outcome -> outcome.isFailed()
                        ? CompletableFuture.completedFuture(false)
                        : letters.remove(letter.id()).thenApply(gone -> true));
    }

    CompletionStage<Answers.Discarded> discard(Requests.Letters which) {
        List<CompletableFuture<Void>> gone = new ArrayList<>();
        asked(which).forEach(letter -> gone.add(letters.remove(letter.id()).toCompletableFuture()));
        return CompletableFuture.allOf(gone.toArray(CompletableFuture[]::new))
                .thenApply(all -> new Answers.Discarded(gone.size()));
    }

    CompletionStage<Answers.Figures> figures(Requests.Figures asked) {
        String prefix = Objects.requireNonNullElse(asked.prefix(), "");
        List<Answers.Costing> all = new ArrayList<>();
        costs.all().forEach((name, cost) -> {
            if (name.startsWith(prefix)) {
                String hook = name.startsWith(Costs.HOOK) ? name.substring(Costs.HOOK.length()) : "";
                HookSpec known = book.find(hook);
                all.add(new Answers.Costing(
                        name,
                        cost.figures(),
                        cost.regression(),
                        known != null && known.isBefore() ? budgets.excess(hook) : null,
                        budgets.find(hook)));
            }
        });
        Settings.Budget budget = settings.budget();
        return CompletableFuture.completedFuture(
                new Answers.Figures(budget.p95Millis(), budget.meanMillis(), budget.policy(), all));
    }

    CompletionStage<Changed> restore(Requests.ByName asked) {
        String name = Inputs.required("name", asked.name());
        if (budgets.find(name) == null) {
            throw new Declination("hook " + name + " is not demoted");
        }
        return budgets.restore(name).thenCompose(done -> changed(name));
    }

    CompletionStage<Answers.Started> begin(Requests.Start asked) {
        Inputs.name("name", Inputs.required("name", asked.name()));
        return timings.start(Objects.requireNonNull(asked.name())).thenApply(Answers.Started::new);
    }

    CompletionStage<Answers.Ended> end(Requests.End asked) {
        return timings.end(Inputs.required("id", asked.id())).thenApply(timed -> {
            boolean isGood = asked.success() == null || asked.success();
            if (!costs.record(Costs.OPERATION + timed.name(), timed.took().toNanos(), isGood)) {
                throw new Declination("there are " + settings.maxOperations() + " named operations already");
            }
            return new Answers.Ended(timed.name(), Costs.millis(timed.took().toNanos()));
        });
    }

    CompletionStage<Timeline.Shown> timeline(Requests.OfTask asked, IntegrationRequest request) {
        return timeline.of(Inputs.required("task", asked.task() == null ? request.task() : asked.task()), request);
    }

    Traces traces() {
        return traces;
    }

    Health health() {
        List<String> troubles = new ArrayList<>(riders.troubles());
        if (traces.trouble() != null) {
            troubles.add("traces: " + traces.trouble());
        }
        return new Health(
                true,
                book.all().size() + " hooks, " + checks.pending() + " checks under way, " + letters.count()
                        + " dead letters"
                        + (troubles.isEmpty() ? "" : "; " + EventNames.shown(String.join("; ", troubles))));
    }

    /** What is kept, in words, to compare one generation with the next. */
    List<String> view() {
        List<String> view = new ArrayList<>();
        book.all().forEach((name, entry) -> view.add(name + " of " + entry.source()));
        view.addAll(budgets.view());
        costs.all().forEach((name, cost) -> view.add(name + ' ' + cost.count()));
        letters.list(null, MOST_LISTED).forEach(letter -> view.add(letter.id()));
        view.addAll(checked.kept());
        return view;
    }

    @Override
    public void close() {
        riders.close();
        traces.close();
        timer.shutdownNow();
        programs.close();
        webhooks.close();
        save();
    }
}
