// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import io.skep.api.task.TaskSpec;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A point in the life of some tasks at which they wait until an operation of a plugin has said how to go on: see {@link
 * Orchestrator#checkpoints}. Which tasks are meant is said here, so that the others pay nothing. Immutable.
 *
 * @param stage when it is asked
 * @param capability which is asked, one of the plugin's own
 * @param operation of it
 * @param tenants the tenants whose tasks are meant; empty for all
 * @param skills the skills that a task must name to be meant; empty for every task
 * @param minChars how long the description must be at least for a task to be meant, in characters
 * @param inputMember a name of a member in the input by which a task is meant however short that is, or null for none
 */
public record Checkpoint(
        Stage stage,
        String capability,
        String operation,
        Set<String> tenants,
        Set<String> skills,
        int minChars,
        @Nullable String inputMember) {
    public Checkpoint {
        Objects.requireNonNull(stage);
        Objects.requireNonNull(capability);
        Objects.requireNonNull(operation);
        tenants = Set.copyOf(tenants);
        skills = Set.copyOf(skills);
    }

    /** Whether such a task is meant. */
    public boolean isFor(TaskSpec task) {
        return (tenants.isEmpty() || tenants.contains(task.tenant()))
                && task.skills().containsAll(skills)
                && (task.description().length() >= minChars
                        || (inputMember != null && names(task.input(), inputMember)));
    }

    private static boolean names(@Nullable String input, String member) {
        return input != null && input.contains('"' + member + '"');
    }
}
