// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static io.skep.core.EngineHarness.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentCommand;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Heartbeat;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A newer version of an agent takes over while the one before ends what it holds. */
class AgentVersionsTest {
    private final EngineHarness h = new EngineHarness();
    private Task old;
    private Task otherOld;
    private Instant replacedAt;

    @BeforeEach
    void replaceWhileItWorks() {
        register("1", false);
        h.submit("old work");
        h.submit("other old work");
        old = h.claimOne("a");
        otherOld = h.claimOne("a");
        h.advance(1);
        replacedAt = h.clock().instant();
        register("2", true);
        h.advance(1);
    }

    private void register(String version, boolean replace) {
        AgentSpec spec = new AgentSpec("a", "a", "", version, List.of(), 5, EngineHarness.LEASE);
        h.get(h.agents().register(spec, replace));
    }

    private Agent agent() {
        return h.agents().find("a").orElseThrow();
    }

    private Heartbeat heartbeat(Instant replaced) {
        return h.get(h.agents().heartbeat("a", replaced));
    }

    @Test
    void theOneBefore_isToldToDrain_andEndsWhatItHolds() {
        assertThat(agent().spec().version()).isEqualTo("2");
        assertThat(agent().state()).isEqualTo(AgentState.ACTIVE);
        assertThat(agent().drainingVersions()).containsExactly("1");
        assertThat(heartbeat(replacedAt).commands())
                .containsExactly(new AgentCommand(AgentCommand.Kind.DRAIN, null, 0, "version 2 has taken over"));
        assertThat(heartbeat(null).commands()).isEmpty();
        h.restart();
        assertThat(agent().drainingVersions()).containsExactly("1");

        h.complete(old, "1");
        assertThat(agent().drainingVersions()).containsExactly("1");
        h.complete(otherOld, "1");

        assertThat(h.task(old).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(agent().drainingVersions()).isEmpty();
    }

    @Test
    void eachIsTold_whatIsAboutItsOwnAttempts() {
        h.submit("new work");
        Task fresh = h.claimOne("a");
        h.get(h.attempts().requireInput(ref(old), "which?"));
        h.get(h.tasks().answer(old.id(), "true"));
        assertThat(heartbeat(null).commands()).isEmpty();
        assertThat(heartbeat(replacedAt).commands())
                .contains(new AgentCommand(AgentCommand.Kind.INPUT, old.id(), 1, "true"));

        h.get(h.tasks().cancel(fresh.id(), "enough"));
        h.get(h.tasks().cancel(old.id(), "enough"));

        assertThat(heartbeat(replacedAt).commands())
                .extracting(AgentCommand::task)
                .contains(old.id())
                .doesNotContain(fresh.id());
        assertThat(heartbeat(null).commands()).extracting(AgentCommand::task).containsExactly(fresh.id());
    }

    @Test
    void wordsOfTheOneBefore_sayNothingAboutTheNewOne() {
        for (int i = 0; i < 4; i++) {
            h.advance(20);
            heartbeat(replacedAt);
            h.get(h.attempts().heartbeat(ref(old), null));
            h.get(h.attempts().heartbeat(ref(otherOld), null));
        }
        assertThat(agent().state()).isEqualTo(AgentState.LOST);
        assertThat(h.task(old).state()).isEqualTo(TaskState.WORKING);
        h.complete(old, "1");
        assertThat(agent().state()).isEqualTo(AgentState.LOST);
    }

    @Test
    void theNewOne_doesNotKeepTheWorkOfADeadOneAlive() {
        for (int i = 0; i < 4; i++) {
            h.advance(10);
            heartbeat(null);
        }
        assertThat(h.task(old).state()).isEqualTo(TaskState.QUEUED);
        assertThat(agent().state()).isEqualTo(AgentState.ACTIVE);
        assertThat(agent().drainingVersions()).isEmpty();
    }

    @Test
    void ofMany_theNewestAreHeard_andThoseThatHoldNothingAreForgotten() {
        register("3", true);
        assertThat(agent().drainingVersions()).containsExactly("1");
        for (int version = 4; version < 20; version++) {
            h.submit(TaskSpec.of("more"));
            h.claim("a", 1);
            h.complete(old, "1");
            h.complete(otherOld, "1");
            h.advance(1);
            register(Integer.toString(version), true);
        }
        assertThat(agent().drainingVersions()).hasSizeLessThanOrEqualTo(8).doesNotContain("1");
    }
}
