// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.base.yaml.Yaml;
import io.skep.plugin.workflow.base.Reach;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Versions;
import io.skep.plugin.workflow.base.Versions.Version;
import io.skep.plugin.workflow.base.Workers;
import io.skep.plugin.workflow.gates.JsonSchemas;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The operations of {@code workflows}. Thread-safe. */
public final class Flows implements AutoCloseable {
    private static final Yaml.Limits YAML = new Yaml.Limits("the workflow", 64_000, 20_000, 24);
    /** Five of the largest fit into a document. */
    private static final Versions.Kind<TemplateSpec> TEMPLATES =
            new Versions.Kind<>("workflow", "workflow.", "template", TemplateSpec.class, 5, 48_000);

    private static final int MAX_INPUT = 32_000;
    private static final int DEFAULT_ROWS = 50;
    private static final String UNNAMED = "unnamed";

    private final Codec codec;
    private final Clock clock;
    private final Workers workers;
    private final Versions<TemplateSpec> templates;
    private final Runs runs;
    private final Trial trial;
    private final Results results;
    private final Driver driver;

    /** Over an orchestrator, whose state of the plugin it keeps templates and runs in. */
    public Flows(Orchestrator orchestrator, Supplier<Settings> settings, Workers workers, Codec codec, Clock clock) {
        this.codec = codec;
        this.clock = clock;
        this.workers = workers;
        this.templates = new Versions<>(
                orchestrator.state(),
                codec,
                clock,
                TEMPLATES,
                () -> settings.get().flows().workflows());
        this.runs = new Runs(orchestrator.state(), codec, settings);
        this.trial = new Trial(orchestrator.state());
        this.results = new Results(orchestrator.tasks(), codec);
        this.driver = new Driver(orchestrator, runs, trial, codec, clock);
    }

    /** Goes on with what is kept. */
    public void start() {
        driver.start();
    }

    /** Templates and runs, in words, to compare one generation with the next. */
    public List<String> view() {
        List<String> view = new ArrayList<>();
        templates.list().forEach((name, version) -> view.add(name + " " + codec.write(version)));
        runs.list().forEach(run -> view.add(run.id() + " of " + run.workflow()));
        return view;
    }

    /** The operation that a call means, or null if there is none of that name. */
    public @Nullable CompletionStage<?> answer(String operation, IntegrationRequest request) {
        String data = request.data();
        Sight sight = new Sight(Reach.of(request));
        return switch (operation) {
            case "start" ->
                start(
                        codec.read(data, Requests.Start.class),
                        sight,
                        sight.reach().tenantOf(request));
            case "status" -> status(codec.read(data, Requests.ById.class), sight);
            case "runs" -> listed(codec.read(data, Requests.Listed.class), sight);
            case "pause" -> order(codec.read(data, Requests.ById.class).run(), sight, run -> Orders.pause(run, now()));
            case "resume" ->
                order(codec.read(data, Requests.ById.class).run(), sight, run -> Orders.resume(run, now()));
            case "cancel" -> cancel(codec.read(data, Requests.Cancel.class), sight);
            case "rerun" -> rerun(codec.read(data, Requests.Rerun.class), sight);
            case "define" -> define(codec.read(data, Requests.Define.class), sight);
            case "list" -> list(data, sight);
            case "show" -> show(codec.read(data, Requests.ByName.class), sight);
            case "remove" -> remove(codec.read(data, Requests.ByName.class), sight);
            default -> null;
        };
    }

    private String now() {
        return clock.instant().toString();
    }

    private CompletionStage<Answers.Ordered> start(Requests.Start asked, Sight sight, @Nullable String tenant) {
        return workers.supply(() -> begun(asked, sight, tenant)).thenCompose(run -> {
            Optional<Run> known = runs.find(run.id());
            if (known.isPresent()) {
                return CompletableFuture.completedFuture(
                        Answers.Ordered.of(same(known.get(), run)).known(true));
            }
            return trial.carry(() -> runs.add(run)).thenApply(kept -> {
                driver.wake(kept.id());
                return Answers.Ordered.of(kept).known(!kept.startedAt().equals(run.startedAt()));
            });
        });
    }

    private Run begun(Requests.Start asked, Sight sight, @Nullable String caller) {
        Version<TemplateSpec> version = asked.workflow() != null
                ? version(asked.workflow(), asked.version(), sight)
                : new Version<>(0, "", given(asked.yaml(), asked.template()));
        TemplateSpec template = Objects.requireNonNull(version.value());
        templates.checkSize(template);
        JsonNode input = Objects.requireNonNullElse(asked.input(), NullNode.getInstance());
        checkInput(template, input);
        String tenant = template.tenant() == null ? caller : template.tenant();
        checkTenants(template, caller);
        String key = asked.idempotencyKey();
        String id = key == null
                ? "w-" + Long.toString(clock.millis(), 36) + '-'
                        + UUID.randomUUID().toString().substring(0, 8)
                : "k-" + hash(tenant + "/" + key);
        String name =
                asked.workflow() == null ? Objects.requireNonNullElse(template.name(), UNNAMED) : asked.workflow();
        return Run.of(
                new Run.Started(
                        id,
                        name,
                        version.version(),
                        template,
                        input,
                        tenant,
                        sight.reach().caller()),
                now());
    }

    private Version<TemplateSpec> version(String name, @Nullable Integer version, Sight sight) {
        Version<TemplateSpec> found = version == null ? templates.get(name) : templates.get(name, version);
        if (!sight.sees(found.value())) {
            throw none(name);
        }
        return found;
    }

    private static Declination none(String name) {
        return new Declination("there is no workflow " + name);
    }

    private static void checkInput(TemplateSpec template, JsonNode input) {
        if (input.toString().length() > MAX_INPUT) {
            throw new Declination("field \"input\" must have at most " + MAX_INPUT + " characters as JSON");
        }
        String misfit = template.input() == null ? null : JsonSchemas.misfit(template.input(), input);
        if (misfit != null) {
            throw new Declination("field \"input\" is not what the workflow wants: " + misfit);
        }
    }

    private static void checkTenants(TemplateSpec template, @Nullable String caller) {
        List<@Nullable String> tenants = new ArrayList<>();
        tenants.add(template.tenant());
        template.all().forEach(step -> tenants.add(step.tenant()));
        for (String tenant : tenants) {
            if (caller != null && tenant != null && !tenant.equals(caller)) {
                throw new Declination("the workflow is for tenant " + tenant + ", not " + caller);
            }
        }
    }

    private static Run same(Run known, Run asked) {
        if (!known.workflow().equals(asked.workflow()) || !known.input().equals(asked.input())) {
            throw new Declination("field \"idempotencyKey\" was used for another run, " + known.id());
        }
        return known;
    }

    /** What a user wrote, looked at. */
    private TemplateSpec given(@Nullable String yaml, @Nullable TemplateSpec template) {
        if (template != null) {
            return template.valid();
        }
        Object loaded = Yaml.read(Inputs.required("yaml", yaml), YAML);
        if (!(loaded instanceof Map)) {
            throw new Declination("the workflow must be names with values");
        }
        return codec.read(codec.write(loaded), TemplateSpec.class).valid();
    }

    private CompletionStage<Answers.Status> status(Requests.ById asked, Sight sight) {
        String id = Inputs.required("run", asked.run());
        return trial.settle().thenCompose(settled -> {
            Run run = runs.find(id).filter(sight::sees).orElseThrow(() -> Sight.none(id));
            List<String> tasks = run.steps().stream()
                    .flatMap(step -> step.tasks().stream())
                    .map(StepRun.Item::task)
                    .toList();
            return results.tasks(tasks).thenApply(seen -> Answers.Status.of(run, seen));
        });
    }

    private CompletionStage<Answers.RunRows> listed(Requests.Listed asked, Sight sight) {
        return trial.settle().thenApply(settled -> {
            List<Runs.Summary> all = runs.list().stream()
                    .filter(run -> sight.reach().sees(run.tenant()))
                    .toList();
            long open = all.stream().filter(run -> run.endedAt() == null).count();
            return new Answers.RunRows(
                    Math.toIntExact(open),
                    all.stream()
                            .filter(run ->
                                    asked.state() == null || asked.state().equals(run.state()))
                            .filter(run ->
                                    asked.workflow() == null || asked.workflow().equals(run.workflow()))
                            .limit(asked.limit() == null ? DEFAULT_ROWS : asked.limit())
                            .map(Answers.RunRow::of)
                            .toList());
        });
    }

    private CompletionStage<Answers.Ordered> cancel(Requests.Cancel asked, Sight sight) {
        boolean compensates = !Boolean.FALSE.equals(asked.compensate());
        return order(asked.run(), sight, run -> Orders.cancel(run, asked.reason(), compensates, now()));
    }

    private CompletionStage<Answers.Ordered> rerun(Requests.Rerun asked, Sight sight) {
        String id = Inputs.required("run", asked.run());
        return trial.carry(() -> results.tasks(
                                runs.find(id).map(Progress::counting).orElse(List.of()))
                        .thenCompose(seen -> driver.order(id, sight.within(run -> {
                            Run again = Orders.rerun(run, seen, asked.from(), now());
                            runs.checkRoom();
                            return again;
                        }))))
                .thenApply(Answers.Ordered::of);
    }

    private CompletionStage<Answers.Ordered> order(@Nullable String run, Sight sight, UnaryOperator<Run> what) {
        String id = Inputs.required("run", run);
        return trial.carry(() -> driver.order(id, sight.within(what))).thenApply(Answers.Ordered::of);
    }

    private CompletionStage<Answers.Changed> define(Requests.Define asked, Sight sight) {
        return workers.supply(() -> ofTenant(given(asked.yaml(), asked.template()), sight))
                .thenCompose(template -> {
                    String name = Inputs.required("name", template.name());
                    return trial.carry(
                                    () -> templates.define(name, template, before -> sight.checkChange(name, before)))
                            .thenApply(done -> changed(name, done));
                });
    }

    /** As the caller may keep it: for its tenant alone, if it is confined to one. */
    private static TemplateSpec ofTenant(TemplateSpec template, Sight sight) {
        String tenant = sight.reach().tenant();
        checkTenants(template, tenant);
        return tenant == null ? template : template.of(tenant);
    }

    private static Answers.Changed changed(String name, Versions.Change<TemplateSpec> change) {
        return new Answers.Changed(name, change.version().version(), change.changed());
    }

    private CompletionStage<Answers.Workflows> list(String data, Sight sight) {
        codec.read(data, Requests.Nothing.class);
        return workers.supply(() -> {
            List<Answers.Row> rows = new ArrayList<>();
            templates.list().forEach((name, version) -> {
                if (sight.sees(version.value())) {
                    rows.add(Answers.Row.of(name, version));
                }
            });
            return new Answers.Workflows(rows);
        });
    }

    private CompletionStage<Answers.Shown> show(Requests.ByName asked, Sight sight) {
        String name = Inputs.required("name", asked.name());
        List<Answers.OfVersion> versions = new ArrayList<>();
        sight.seen(templates.find(name))
                .forEach(v -> versions.add(0, new Answers.OfVersion(v.version(), v.at(), v.value())));
        if (versions.isEmpty()) {
            throw none(name);
        }
        return CompletableFuture.completedFuture(new Answers.Shown(name, versions));
    }

    private CompletionStage<Answers.Changed> remove(Requests.ByName asked, Sight sight) {
        String name = Inputs.required("name", asked.name());
        return trial.carry(() -> templates.remove(name, before -> {
                    if (!sight.sees(before)) {
                        throw none(name);
                    }
                    sight.checkChange(name, before);
                }))
                .thenApply(done -> changed(name, done));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 10);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    @Override
    public void close() {
        driver.close();
    }
}
