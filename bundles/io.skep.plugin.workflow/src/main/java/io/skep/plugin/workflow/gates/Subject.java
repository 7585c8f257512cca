// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.payload.Payload;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is judged. Immutable.
 *
 * @param text the JSON as it stands
 */
record Subject(JsonNode json, String text) {
    static Subject of(JsonNode json) {
        return new Subject(json, json.toString());
    }

    /**
     * What a task has to show at a stage: its result, or before execution what was asked for.
     *
     * @throws Declination if it has nothing to show
     */
    static Subject of(Task task, String stage, Codec codec) {
        return stage.equals(GateSpec.BEFORE) ? asked(task.spec(), codec) : result(task, codec);
    }

    private static Subject result(Task task, Codec codec) {
        String result = task.result();
        if (result == null) {
            throw new Declination("task " + task.id() + " is " + task.state().wire() + " and has no result");
        }
        return read(result, codec);
    }

    /** A result as an agent gave it. */
    static Subject read(String result, Codec codec) {
        if (Payload.referred(result).isPresent()) {
            throw new Declination("the result is kept as a file, and gates look only at results that are not");
        }
        return new Subject(codec.tree("the result", result), result);
    }

    private static Subject asked(TaskSpec spec, Codec codec) {
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("description", spec.description());
        if (spec.name() != null) {
            asked.put("name", spec.name());
        }
        asked.put("skills", spec.skills().stream().sorted().toList());
        asked.put("priority", spec.priority());
        asked.put("tenant", spec.tenant());
        if (spec.input() != null) {
            asked.put("input", codec.tree("the input", spec.input()));
        }
        return of(codec.treeOf(asked));
    }
}
