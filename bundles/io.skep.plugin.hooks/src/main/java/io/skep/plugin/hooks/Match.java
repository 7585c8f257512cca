// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.task.Task;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.base.pattern.Patterns;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which of what happens is meant: all that is said must fit. Immutable.
 *
 * @param tenants of the task, any of these
 * @param skills that the task names, all of these
 * @param agents ids of the agent, any of these; a star at the end stands for any rest
 * @param subjects what it happened to, any of these; a star at the end stands for any rest
 * @param pattern an RE2 expression that is found in the cause, the description or the input of the task, or in its result
 */
record Match(
        @Nullable List<String> tenants,
        @Nullable List<String> skills,
        @Nullable List<String> agents,
        @Nullable List<String> subjects,
        @Nullable String pattern) {
    private static final int MOST = 50;
    private static final int LONGEST = 128;

    /**
     * Checks it.
     *
     * @throws Declination that says what is wrong
     */
    void valid() {
        Inputs.texts("match.tenants", tenants, MOST, LONGEST);
        Inputs.texts("match.skills", skills, MOST, LONGEST);
        Inputs.texts("match.agents", agents, MOST, LONGEST);
        Inputs.texts("match.subjects", subjects, MOST, LONGEST);
        if (pattern != null) {
            Patterns.compile(pattern);
        }
    }

    /** Whether something fits. */
    boolean fits(Happening happening) {
        Task task = happening.task();
        boolean isTask = (tenants == null
                        || (task != null && tenants.contains(task.spec().tenant())))
                && (skills == null || (task != null && task.spec().skills().containsAll(skills)));
        return isTask
                && isAny(agents, happening.agent())
                && isAny(subjects, happening.subject())
                && (pattern == null || isFound(pattern, happening));
    }

    boolean needsTask() {
        return tenants != null || skills != null || pattern != null;
    }

    private static boolean isAny(@Nullable List<String> allowed, @Nullable String value) {
        return allowed == null
                || (value != null && allowed.stream().anyMatch(pattern -> EventNames.fits(pattern, value)));
    }

    private static boolean isFound(String pattern, Happening happening) {
        com.google.re2j.Pattern compiled = Patterns.compile(pattern);
        try {
            for (String text : happening.texts()) {
                if (Patterns.found(compiled, text)) {
                    return true;
                }
            }
            return false;
        } catch (Patterns.TooLong tooLong) {
            // What is too long to be looked through is a case for the hook.
            return true;
        }
    }

    /** The tenants, if it names some. */
    List<String> ofTenants() {
        return Objects.requireNonNullElse(tenants, List.of());
    }
}
