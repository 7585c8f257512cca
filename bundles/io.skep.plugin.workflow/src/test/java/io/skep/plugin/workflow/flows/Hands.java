// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import static io.skep.plugin.workflow.RealCore.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentSpec;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.Usage;
import io.skep.core.Skep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A real agent that does whatever it is given, as a test says: complete at once, fail, or hold until it is told. Tasks are
 * named as in the run: {@code step}, {@code step.INDEX}, {@code step.undo}.
 */
final class Hands implements AgentConnector {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Fails the attempt; another may follow. */
    static final String FAIL = "fail";
    /** Begins, and goes on until the test says more. */
    static final String HOLD = "hold";

    /** What it was given, one entry for each attempt, in order. */
    final List<String> seen = new CopyOnWriteArrayList<>();

    final List<String> canceled = new CopyOnWriteArrayList<>();
    final Map<String, Task> tasks = new ConcurrentHashMap<>();
    private final Map<String, AttemptRef> held = new ConcurrentHashMap<>();
    private final Function<String, String> how;
    private volatile Skep skep;

    /** Does with a task of that name what {@code how} says: a result as JSON, {@link #FAIL} or {@link #HOLD}. */
    Hands(Function<String, String> how) {
        this.how = how;
    }

    Hands workFor(Skep server) {
        skep = server;
        get(server.agents().connect(AgentSpec.of("hands", 200), this));
        return this;
    }

    static String name(Task task) {
        String name = String.valueOf(task.spec().name());
        return name.substring(name.indexOf('.') + 1);
    }

    @Override
    public void assigned(Assignment assignment) {
        Task task = assignment.task();
        String name = name(task);
        AttemptRef ref = new AttemptRef(task.id(), task.token(), "hands");
        seen.add(name);
        held.put(name, ref);
        tasks.put(name, task);
        String answer = how.apply(name);
        skep.attempts().start(ref, null).thenAccept(begun -> {
            if (answer.equals(FAIL)) {
                skep.attempts().fail(ref, AttemptEnd.FAILED, "it did not work", true);
            } else if (!answer.equals(HOLD)) {
                skep.attempts().complete(List.of(new Completion(ref, answer)));
            }
        });
    }

    /** Waits until it has that task. */
    Task awaitHeld(String name) {
        await().atMost(LONG).until(() -> tasks.containsKey(name));
        return tasks.get(name);
    }

    /** Waits until it has heard that these need not be done any more, and no others. */
    void awaitCanceled(String... names) {
        await().atMost(LONG).untilAsserted(() -> assertThat(canceled).containsExactlyInAnyOrder(names));
    }

    void finish(String name, String result) {
        awaitHeld(name);
        get(skep.attempts()
                .complete(List.of(new Completion(held.get(name), result)))
                .get(0));
    }

    /** Reports what the attempt at a task that it holds or has completed has used so far. */
    void use(String name, long tokens) {
        awaitHeld(name);
        get(skep.attempts().use(held.get(name), new Usage(tokens, 0)));
    }

    @Override
    public void canceled(AttemptRef attempt, String cause) {
        held.forEach((name, ref) -> {
            if (ref.task().equals(attempt.task())) {
                canceled.add(name);
            }
        });
    }

    @Override
    public void answered(AttemptRef attempt, String answer) {
        // It never asks.
    }
}
