// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.admin.Server;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.GapPolicy;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.store.LogStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Offers the capability {@value #CAPABILITY}: {@code run} begins a {@link Job} in the background, {@code outcome} says
 * how it stands, one job at a time; and {@value #CALLS}: {@code begin} has capabilities called, {@code phase} begins
 * another phase, {@code end} stops, {@code state} says what came of it. Thread-safe.
 */
@Component(service = OrchestrationPlugin.class, property = OrchestrationPlugin.NAME + "=" + BenchPlugin.NAME)
public final class BenchPlugin implements OrchestrationPlugin {
    /** The name of the plugin. */
    public static final String NAME = "benchmarks";

    /** What it offers. */
    public static final String CAPABILITY = "bench_tasks";

    /** What it offers to load capabilities. */
    public static final String CALLS = "bench_calls";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Server server;
    private final LogStore log;
    private final CompletableFuture<Jobs> jobs = new CompletableFuture<>();
    private final CompletableFuture<Loads> loads = new CompletableFuture<>();

    /** The input of what needs none. */
    public record Nothing() {}

    /** The output of what has none. */
    public record Done(boolean done) {}

    /** The input of {@code phase}. */
    public record Phase(String phase) {}

    /** Opened by Declarative Services. */
    @Activate
    public BenchPlugin(@Reference Server server, @Reference LogStore log) {
        this.server = server;
        this.log = log;
    }

    /** Ends what runs. */
    @Deactivate
    public void close() {
        jobs.thenAccept(Jobs::close);
        loads.thenAccept(Loads::close);
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        jobs.complete(new Jobs(orchestrator, server, log));
        loads.complete(new Loads(orchestrator));
        return jobs.thenAccept(present -> {});
    }

    @Override
    public List<Capability> capabilities() {
        String job = "{\"kind\":\"CYCLES\",\"inFlight\":1,\"millis\":10}";
        String plan =
                "{\"perSecond\":1,\"phase\":\"first\",\"asks\":[{\"plugin\":\"benchmarks\",\"capability\":\"bench_tasks\","
                        + "\"operation\":\"outcome\",\"data\":\"{}\"}]}";
        return List.of(
                new Capability(
                        CAPABILITY,
                        List.of(
                                operation("run", "Begins a job", Job.class, Outcome.class, job),
                                operation("outcome", "How the job stands", Nothing.class, Outcome.class, "{}"))),
                new Capability(
                        CALLS,
                        List.of(
                                operation("begin", "Begins to call", CallLoad.Plan.class, Done.class, plan),
                                operation("phase", "Begins a phase", Phase.class, Done.class, "{\"phase\":\"next\"}"),
                                operation("end", "Begins no more calls", Nothing.class, Done.class, "{}"),
                                operation("state", "What came of it", Nothing.class, CallLoad.State.class, "{}"))));
    }

    private static Operation operation(
            String name,
            String summary,
            Class<? extends Record> input,
            Class<? extends Record> output,
            String example) {
        return Operation.named(name)
                .summary(summary)
                .input(input)
                .output(output)
                .timeout(Duration.ofSeconds(3))
                .whenAbsent(GapPolicy.REJECT)
                .examples(example)
                .build();
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        return request.capability().equals(CALLS)
                ? loads.thenApply(present -> answer(() -> calls(present, request)))
                : jobs.thenApply(present -> answer(() -> tasks(present, request)));
    }

    /** What is done for a request; the record that it ends with, or null if it is refused. */
    private interface Deed {
        @Nullable
        Object run() throws JsonProcessingException;
    }

    private static IntegrationResponse answer(Deed deed) {
        try {
            Object output = deed.run();
            return output == null
                    ? new IntegrationResponse.Declined("a job runs")
                    : new IntegrationResponse.Answered(JSON.writeValueAsString(output));
        } catch (JsonProcessingException unreadable) {
            return new IntegrationResponse.Declined(String.valueOf(unreadable.getOriginalMessage()));
        }
    }

    private static @Nullable Object tasks(Jobs jobs, IntegrationRequest request) throws JsonProcessingException {
        if ("run".equals(request.operation()) && !jobs.begin(JSON.readValue(request.data(), Job.class))) {
            return null;
        }
        return jobs.outcome();
    }

    private static Object calls(Loads loads, IntegrationRequest request) throws JsonProcessingException {
        switch (String.valueOf(request.operation())) {
            case "begin" -> loads.begin(JSON.readValue(request.data(), CallLoad.Plan.class));
            case "phase" ->
                loads.enter(JSON.readValue(request.data(), Phase.class).phase());
            case "end" -> loads.close();
            default -> {
                return loads.state();
            }
        }
        return new Done(true);
    }

    @Override
    public CompletionStage<Health> health() {
        return CompletableFuture.completedFuture(Health.OK);
    }
}
