// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Registration;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** The plan's own tests in their Java form, as far as it is built. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class PlanIT {
    private static final int SECONDS = 30;

    @Inject
    private Orchestrator orchestrator;

    @Configuration
    public Option[] configuration() {
        return Container.of("plan");
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    public void registration_takesLessThan100Ms_onAverage() throws Exception {
        int count = 10;
        long begun = System.nanoTime();
        for (int i = 0; i < count; i++) {
            await(orchestrator.agents().register(AgentSpec.of("timed-" + i, 1, "timed"), false));
        }
        long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        assertTrue(millis + " ms for " + count, millis < 100L * count);
    }

    @Test
    public void sixtyAgents_registeredConcurrently_areAllActive() throws Exception {
        List<CompletionStage<Registration>> registrations = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            registrations.add(orchestrator.agents().register(AgentSpec.of("agent_" + i, 1, "many"), false));
        }
        for (CompletionStage<Registration> registration : registrations) {
            await(registration);
        }
        for (int i = 0; i < 60; i++) {
            assertEquals(
                    AgentState.ACTIVE,
                    orchestrator.agents().find("agent_" + i).orElseThrow().state());
        }
    }

    @Test
    public void selection_isTheLeastLoadedAgentThatHasTheSkill() throws Exception {
        Worker first = connect("least-1", "least");
        Worker second = connect("least-2", "least");
        Worker unskilled = connect("least-3", "other");
        submit("least");
        submit("least");
        assertEquals(1, first.take().task().attempts().size());
        assertEquals(1, second.take().task().attempts().size());
        assertTrue(unskilled.assigned.isEmpty());
    }

    @Test
    public void execution_withoutAnyPlugin_completes() throws Exception {
        Worker worker = connect("base", "base");
        Task task = submit("base");
        AttemptRef attempt = new AttemptRef(task.id(), worker.take().task().token(), "base");
        await(orchestrator.attempts().start(attempt, null));
        await(orchestrator
                .attempts()
                .complete(List.of(new Completion(attempt, "{\"done\":true}")))
                .get(0));
        Task ended = await(orchestrator.tasks().awaitEnd(task.id(), Duration.ofSeconds(SECONDS)));
        assertEquals(TaskState.COMPLETED, ended.state());
        assertEquals("{\"done\":true}", ended.result());
    }

    @Test
    public void capability_thatNobodyOffers_isGone() throws Exception {
        IntegrationRequest request = new IntegrationRequest("nobody_offers_this", null, null, "{}");
        IntegrationResponse response = await(orchestrator.call(request));
        assertTrue(response.toString(), response instanceof IntegrationResponse.Gone);
    }

    private Worker connect(String id, String skill) throws Exception {
        Worker worker = new Worker();
        await(orchestrator.agents().connect(AgentSpec.of(id, 4, skill), worker));
        return worker;
    }

    private Task submit(String skill) throws Exception {
        TaskSpec spec = TaskSpec.of("do it").skills(skill).build();
        return await(orchestrator.tasks().submit(List.of(spec))).get(0).task();
    }

    private static final class Worker implements AgentConnector {
        final BlockingQueue<Assignment> assigned = new LinkedBlockingQueue<>();

        Assignment take() throws InterruptedException {
            Assignment assignment = assigned.poll(SECONDS, TimeUnit.SECONDS);
            if (assignment == null) {
                throw new AssertionError("nothing was assigned");
            }
            return assignment;
        }

        @Override
        public void assigned(Assignment assignment) {
            assigned.add(assignment);
        }

        @Override
        public void canceled(AttemptRef attempt, String cause) {}

        @Override
        public void answered(AttemptRef attempt, String answer) {}
    }
}
