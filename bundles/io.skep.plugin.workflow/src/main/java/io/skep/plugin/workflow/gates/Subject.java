// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is judged. Immutable.
 *
 * @param json its value; the text itself of a file that is no JSON
 * @param text as it stands
 * @param reference that stands for it where it is kept as a file, JSON text; null if it is not
 * @param problem why it cannot be judged; null if it can
 */
record Subject(
        JsonNode json,
        String text,
        @Nullable String reference,
        @Nullable String problem) {
    static Subject of(JsonNode json) {
        return of(json, json.toString());
    }

    static Subject of(JsonNode json, String text) {
        return new Subject(json, text, null, null);
    }

    /** A file that cannot be judged. */
    static Subject unreadable(String reference, String problem) {
        return new Subject(NullNode.getInstance(), reference, reference, problem);
    }

    /**
     * What a task has to show at a stage, JSON text: its result, which may be a reference, or before execution what was
     * asked for.
     *
     * @throws Declination if it has nothing to show
     */
    static String shown(Task task, String stage, Codec codec) {
        if (stage.equals(GateSpec.BEFORE)) {
            return asked(task.spec(), codec);
        }
        String result = task.result();
        if (result == null) {
            throw new Declination("task " + task.id() + " is " + task.state().wire() + " and has no result");
        }
        return result;
    }

    private static String asked(TaskSpec spec, Codec codec) {
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
        return codec.treeOf(asked).toString();
    }
}
