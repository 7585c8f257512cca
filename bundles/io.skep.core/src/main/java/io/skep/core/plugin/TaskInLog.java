// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** While it is open, what its thread logs is about a task, and the log names it. For the thread that opens it. */
final class TaskInLog implements AutoCloseable {
    private static final String KEY = "skep.task";

    /** Of a call around this one, as one plugin may call another. */
    private final @Nullable String before;

    private TaskInLog(String task) {
        before = MDC.get(KEY);
        MDC.put(KEY, task);
    }

    /** Null if it is about no task. */
    static @Nullable TaskInLog open(@Nullable String task) {
        return task == null ? null : new TaskInLog(task);
    }

    @Override
    public void close() {
        if (before == null) {
            MDC.remove(KEY);
        } else {
            MDC.put(KEY, before);
        }
    }
}
