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
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Offers the capability {@value #CAPABILITY}: {@code run} begins a {@link Job} in the background, {@code outcome} says
 * how it stands. One job at a time. Thread-safe.
 */
@Component(service = OrchestrationPlugin.class, property = OrchestrationPlugin.NAME + "=" + BenchPlugin.NAME)
public final class BenchPlugin implements OrchestrationPlugin {
    /** The name of the plugin. */
    public static final String NAME = "benchmarks";

    /** What it offers. */
    public static final String CAPABILITY = "bench_tasks";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Server server;
    private final LogStore log;
    private final CompletableFuture<Jobs> jobs = new CompletableFuture<>();

    /** The input of {@code outcome}. */
    public record Nothing() {}

    /** Opened by Declarative Services. */
    @Activate
    public BenchPlugin(@Reference Server server, @Reference LogStore log) {
        this.server = server;
        this.log = log;
    }

    /** Ends what runs. */
    @Deactivate
    public void close() {
        jobs.whenComplete((present, failure) -> {
            if (present != null) {
                present.close();
            }
        });
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        jobs.complete(new Jobs(orchestrator, server, log));
        return jobs.thenAccept(present -> {});
    }

    @Override
    public List<Capability> capabilities() {
        Operation run =
                operation("run", "Begins a job", Job.class, "{\"kind\":\"CYCLES\",\"inFlight\":1,\"millis\":10}");
        Operation outcome = operation("outcome", "How the job stands", Nothing.class, "{}");
        return List.of(new Capability(CAPABILITY, List.of(run, outcome)));
    }

    private static Operation operation(String name, String summary, Class<? extends Record> input, String example) {
        return Operation.named(name)
                .summary(summary)
                .input(input)
                .output(Outcome.class)
                .timeout(Duration.ofSeconds(3))
                .whenAbsent(GapPolicy.REJECT)
                .examples(example)
                .build();
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        return jobs.thenApply(present -> process(present, request));
    }

    private static IntegrationResponse process(Jobs jobs, IntegrationRequest request) {
        try {
            if ("run".equals(request.operation()) && !jobs.begin(JSON.readValue(request.data(), Job.class))) {
                return new IntegrationResponse.Declined("a job runs");
            }
            return new IntegrationResponse.Answered(JSON.writeValueAsString(jobs.outcome()));
        } catch (JsonProcessingException unreadable) {
            return new IntegrationResponse.Declined(String.valueOf(unreadable.getOriginalMessage()));
        }
    }

    @Override
    public CompletionStage<Health> health() {
        return CompletableFuture.completedFuture(Health.OK);
    }
}
