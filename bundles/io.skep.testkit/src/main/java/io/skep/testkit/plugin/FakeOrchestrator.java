// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import io.skep.api.agent.AgentService;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.Advice;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.AttemptService;
import io.skep.api.task.TaskService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An orchestrator for one plugin that notes what is asked of it. The services behind it are those that were given; of
 * the others there is nothing: lists are empty, requests are refused as unavailable, events are those that the test tells.
 * Thread-safe, except for {@code with} and {@code answering}, which come before the plugin.
 */
public final class FakeOrchestrator implements Orchestrator {
    private static final int MAX_NOTED = 10_000;

    private final PluginState state;
    private final List<String> noted = new ArrayList<>();
    private TaskService tasks = recorded(TaskService.class, "tasks", null);
    private AttemptService attempts = recorded(AttemptService.class, "attempts", null);
    private AgentService agents = recorded(AgentService.class, "agents", null);
    private EventStream events = recorded(EventStream.class, "events", new InMemoryEvents());
    private List<Capability> capabilities = List.of();
    private Function<IntegrationRequest, CompletionStage<IntegrationResponse>> answering = request ->
            CompletableFuture.completedFuture(new IntegrationResponse.Gone("nobody offers " + request.capability()));

    private Consumer<String> rechecking = task -> {};
    private volatile List<Checkpoint> checkpoints = List.of();
    private volatile List<Advice> advice = List.of();
    private BiConsumer<List<Advice>, Duration> advising = (said, holds) -> {};
    private final List<Notice> notices = new ArrayList<>();
    private Function<Notice, CompletionStage<Void>> telling = notice -> CompletableFuture.completedFuture(null);

    /** One with an empty state and no service behind it. */
    public FakeOrchestrator() {
        this(new InMemoryPluginState());
    }

    /** One with a given state and no service behind it. */
    public FakeOrchestrator(PluginState state) {
        this.state = state;
    }

    /** One with a given state in front of another orchestrator. */
    public static FakeOrchestrator over(Orchestrator real, PluginState state) {
        FakeOrchestrator fake = new FakeOrchestrator(state)
                .with(real.tasks())
                .with(real.attempts())
                .with(real.agents())
                .with(real.events())
                .answering(real.capabilities(), real::call);
        fake.rechecking = real::recheck;
        return fake;
    }

    /** Says what becomes of advice; it is noted before. */
    public FakeOrchestrator advising(BiConsumer<List<Advice>, Duration> how) {
        advising = how;
        return this;
    }

    /** Gives the tasks to submitters. */
    public FakeOrchestrator with(TaskService service) {
        tasks = recorded(TaskService.class, "tasks", service);
        return this;
    }

    /** Gives the tasks to agents. */
    public FakeOrchestrator with(AttemptService service) {
        attempts = recorded(AttemptService.class, "attempts", service);
        return this;
    }

    /** Gives the agents. */
    public FakeOrchestrator with(AgentService service) {
        agents = recorded(AgentService.class, "agents", service);
        return this;
    }

    /** Gives the events. */
    public FakeOrchestrator with(EventStream stream) {
        events = recorded(EventStream.class, "events", stream);
        return this;
    }

    /** Gives the capabilities of other plugins, and how they answer. */
    public FakeOrchestrator answering(
            List<Capability> offered, Function<IntegrationRequest, CompletionStage<IntegrationResponse>> how) {
        capabilities = List.copyOf(offered);
        answering = how;
        return this;
    }

    /** Says how it ends when the plugin tells something; what is told is noted before. */
    public FakeOrchestrator telling(Function<Notice, CompletionStage<Void>> how) {
        telling = how;
        return this;
    }

    /**
     * The first ten thousand calls that were made, in order: {@code tasks.submit}, {@code agents.list}, {@code
     * events.next}, {@code state}, {@code call CAPABILITY}, {@code recheck TASK}, {@code advise}, {@code tell TYPE}.
     */
    public List<String> calls() {
        synchronized (noted) {
            return List.copyOf(noted);
        }
    }

    @Override
    public TaskService tasks() {
        return tasks;
    }

    @Override
    public AttemptService attempts() {
        return attempts;
    }

    @Override
    public AgentService agents() {
        return agents;
    }

    @Override
    public EventStream events() {
        return events;
    }

    @Override
    public PluginState state() {
        note("state");
        return state;
    }

    @Override
    public ConditionalState documents() {
        if (state instanceof InMemoryPluginState inMemory) {
            return inMemory.conditional();
        }
        throw new IllegalStateException("there are no documents but the state");
    }

    @Override
    public List<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        note("call " + request.capability());
        return answering.apply(request);
    }

    @Override
    public void checkpoints(List<Checkpoint> wanted) {
        checkpoints = List.copyOf(wanted);
    }

    /** At which points in the life of tasks the plugin wants to be asked. */
    public List<Checkpoint> checkpoints() {
        return checkpoints;
    }

    @Override
    public void recheck(String task) {
        note("recheck " + task);
        rechecking.accept(task);
    }

    @Override
    public void advise(List<Advice> said, Duration holds) {
        note("advise");
        advice = List.copyOf(said);
        advising.accept(said, holds);
    }

    /** What the plugin advised last. */
    public List<Advice> advice() {
        return advice;
    }

    @Override
    public CompletionStage<Void> tell(Notice notice) {
        note("tell " + notice.type());
        synchronized (notices) {
            if (notices.size() < MAX_NOTED) {
                notices.add(notice);
            }
        }
        return telling.apply(notice);
    }

    /** The first ten thousand things that the plugin has told, in order, on trial too. */
    public List<Notice> notices() {
        synchronized (notices) {
            return List.copyOf(notices);
        }
    }

    private <T> T recorded(Class<T> type, String name, @Nullable T target) {
        return Recorded.service(type, name, target, this::note);
    }

    private void note(String call) {
        synchronized (noted) {
            if (noted.size() < MAX_NOTED) {
                noted.add(call);
            }
        }
    }
}
