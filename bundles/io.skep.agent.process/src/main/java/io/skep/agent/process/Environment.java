// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.task.AttemptRef;
import io.skep.api.task.Task;
import io.skep.api.task.TraceContext;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The environment of a program: what is allowed of the server's, what is fixed, and the task. Nothing else. */
final class Environment {
    /** Names that no configuration may fix. */
    static final Set<String> OWN = Set.of(
            "SKEP_TASK_ID",
            "SKEP_INPUT_FILE",
            "SKEP_TASK_TOKEN",
            "SKEP_TASK_DESCRIPTION",
            "SKEP_AGENT_ID",
            "SKEP_ATTEMPT",
            "SKEP_SERVER",
            "TRACEPARENT");

    /** Below the 128 KiB that Linux allows for one variable. */
    private static final int MAX_DESCRIPTION_BYTES = 100 * 1024;

    private Environment() {}

    /** By this entry the processes of an attempt are known, whatever became of their parents. */
    static String attemptMark(AttemptRef attempt) {
        return "SKEP_ATTEMPT=" + attempt.task() + ":" + attempt.token();
    }

    /** By this entry every process that ever came from this instance is known. */
    static String serverMark(String instance) {
        return "SKEP_SERVER=" + instance;
    }

    /** The variables for one attempt. */
    static Map<String, String> of(
            Settings settings, Map<String, String> server, String instance, AttemptRef attempt, Task task) {
        Map<String, String> variables = new HashMap<>();
        for (String name : settings.passed()) {
            String value = server.get(name);
            if (value != null) {
                variables.put(name, value);
            }
        }
        variables.putAll(settings.fixed());
        variables.put("SKEP_TASK_ID", attempt.task());
        variables.put("SKEP_TASK_TOKEN", Long.toString(attempt.token()));
        variables.put("SKEP_TASK_DESCRIPTION", printable(task.spec().description()));
        variables.put("SKEP_AGENT_ID", attempt.agent());
        variables.put("SKEP_ATTEMPT", attempt.task() + ":" + attempt.token());
        variables.put("SKEP_SERVER", instance);
        variables.put("TRACEPARENT", TraceContext.of(task, attempt.token()).traceparent());
        return variables;
    }

    /** Without NUL, which no variable can hold, and cut between characters. */
    static String printable(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_DESCRIPTION_BYTES);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(text.replace('\0', ' ')), bytes, true);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
}
