// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.agent;
import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.LocalProgram;
import io.skep.api.Refusal;
import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentState;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectorTest {
    private final EngineHarness h = new EngineHarness();
    private final RecordingConnector connector = new RecordingConnector();

    private void connect() {
        h.get(h.agents().connect(agent("c", 2, "s"), connector));
    }

    private Task assigned() {
        return connector.assigned.get(connector.assigned.size() - 1).task();
    }

    @Test
    void assignment_isToldOnlyWhenItIsDurable() {
        connect();
        h.log().manual();
        h.tasks().submit(List.of(TaskSpec.of("x").skills("s").build()));
        h.run();
        assertThat(connector.assigned).isEmpty();

        h.log().sync();
        h.run();

        assertThat(connector.assigned).hasSize(1);
        assertThat(assigned().state()).isEqualTo(TaskState.ASSIGNED);
        assertThat(connector.assigned.get(0).leaseUntil()).isEqualTo(Lifecycle.NO_LEASE);
    }

    @Test
    void program_isRecordedWhenItStarts_andOnce() {
        connect();
        h.submit("x");
        LocalProgram program = new LocalProgram(4711, h.clock().instant().plusNanos(123_456));

        Task working = h.get(h.attempts().start(ref(assigned()), program));

        assertThat(working.state()).isEqualTo(TaskState.WORKING);
        assertThat(h.get(h.attempts().start(ref(assigned()), null))).isEqualTo(working);
        h.restart();
        assertThat(h.task(working).currentAttempt().orElseThrow().program()).isEqualTo(program);
    }

    @Test
    void connectedAgentsAttempts_stayUntilTheirConnectorSpeaks() {
        connect();
        h.submit("x");
        Task task = assigned();
        h.get(h.attempts().start(ref(task), null));
        h.advance(Duration.ofDays(2));
        assertThat(h.task(task).state()).isEqualTo(TaskState.WORKING);

        h.restart();
        h.advance(Duration.ofDays(2));
        assertThat(h.agents().find("c").orElseThrow().state()).isEqualTo(AgentState.UNKNOWN);
        assertThat(h.task(task).state()).isEqualTo(TaskState.WORKING);

        connect();
        assertThat(h.agents().held("c")).extracting(Task::id).containsExactly(task.id());
        Task again = h.get(h.attempts().fail(ref(task), AttemptEnd.INTERRUPTED, "not mine any more", true));
        assertThat(h.task(again).token()).as("given out anew").isEqualTo(2);
        assertThat(h.get(h.attempts().heartbeat(ref(assigned()), "goes on"))).isEqualTo(Lifecycle.NO_LEASE);
    }

    @Test
    void cancelAndAnswer_reachTheConnector() {
        connect();
        h.submit("x");
        h.submit("y");
        Task x = connector.assigned.get(0).task();
        Task y = connector.assigned.get(1).task();
        assertThat(h.refusal(h.attempts().requireInput(ref(x), "?")).reason()).isEqualTo(Refusal.Reason.CONFLICT);
        h.get(h.attempts().start(ref(x), null));
        h.get(h.attempts().requireInput(ref(x), "which?"));
        h.get(h.tasks().answer(x.id(), "\"this\""));
        assertThat(connector.answers).containsExactly("\"this\"");

        h.get(h.tasks().cancel(y.id(), "enough"));

        assertThat(connector.canceled).containsExactly(ref(y));
        h.complete(x, "1");
        assertThat(connector.canceled).hasSize(1);
    }

    @Test
    void removedConnectedAgent_isToldToStop() {
        connect();
        h.submit("x");

        h.get(h.agents().remove("c", null));

        assertThat(connector.canceled).containsExactly(ref(assigned()));
    }

    @Test
    void connecting_isExclusive() {
        connect();
        h.register("pull", 1);

        assertThat(h.refusal(h.agents().connect(agent("c", 1), new RecordingConnector()))
                        .reason())
                .isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(h.refusal(h.agents().connect(agent("pull", 1), connector)).reason())
                .isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(h.refusal(h.agents().register(agent("c", 1), true)).reason()).isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(h.refusal(h.attempts().claim("c", 1, Duration.ZERO)).reason())
                .isEqualTo(Refusal.Reason.CONFLICT);
        assertThat(h.refusal(h.agents().heartbeat("c", null)).reason()).isEqualTo(Refusal.Reason.CONFLICT);
        h.get(h.agents().connect(agent("c", 5, "s"), connector));
        assertThat(h.agents().find("c").orElseThrow().spec().slots()).isEqualTo(5);
        assertThat(h.agents().find("c").orElseThrow().leaseUntil()).isNull();
    }

    @Test
    void disconnectedAgent_getsNoTasksUntilItIsBack() {
        connect();
        h.get(h.agents().disconnect("c", new RecordingConnector()));
        assertThat(h.agents().find("c").orElseThrow().state()).isEqualTo(AgentState.ACTIVE);

        h.get(h.agents().disconnect("c", connector));
        assertThat(h.agents().find("c").orElseThrow().state()).isEqualTo(AgentState.UNKNOWN);
        Task task = h.submit("x");
        assertThat(connector.assigned).isEmpty();
        assertThat(h.get(h.tasks().why(task.id())).reasons().get(0)).contains("none is active", "its connector left");
        connect();

        assertThat(connector.assigned).hasSize(1);
    }

    @Test
    void drainedConnectedAgent_getsNoTasks() {
        connect();
        h.get(h.agents().drain("c", null));
        h.submit("x");

        assertThat(connector.assigned).isEmpty();
    }

    @Test
    void connectorThatThrows_delaysNobody() {
        AgentConnector broken = new AgentConnector() {
            @Override
            public void assigned(Assignment assignment) {
                throw new NoClassDefFoundError("gone");
            }

            @Override
            public void canceled(AttemptRef attempt, String cause) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void answered(AttemptRef attempt, String answer) {
                // Never asked.
            }
        };
        h.get(h.agents().connect(agent("b", 1), broken));
        Task task = h.submit("x");
        assertThat(h.task(task).state()).isEqualTo(TaskState.ASSIGNED);

        assertThat(h.get(h.tasks().cancel(task.id(), null)).state()).isEqualTo(TaskState.CANCELED);
    }
}
