// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.agent.AgentConnector;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Remembers what core says. */
final class RecordingConnector implements AgentConnector {
    final List<Assignment> assigned = new ArrayList<>();
    final List<AttemptRef> canceled = new ArrayList<>();
    final List<String> answers = new ArrayList<>();
    final List<String> slept = new ArrayList<>();
    final List<String> woken = new ArrayList<>();
    private final Consumer<Assignment> listener;

    RecordingConnector() {
        this(assignment -> {});
    }

    RecordingConnector(Consumer<Assignment> listener) {
        this.listener = listener;
    }

    @Override
    public void assigned(Assignment assignment) {
        assigned.add(assignment);
        listener.accept(assignment);
    }

    @Override
    public void canceled(AttemptRef attempt, String cause) {
        canceled.add(attempt);
    }

    @Override
    public void answered(AttemptRef attempt, String answer) {
        answers.add(answer);
    }

    @Override
    public void asleep(String agent, String cause) {
        slept.add(agent);
    }

    @Override
    public void awake(String agent, String cause) {
        woken.add(agent);
    }
}
