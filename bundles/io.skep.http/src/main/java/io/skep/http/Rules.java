// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.payload.Payload;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that is decided about who may do what. */
final class Rules {
    private Rules() {}

    /**
     * Refuses a call that the caller may not make, whatever its body.
     *
     * @param id what the path names, or empty
     * @param held ids of the tasks that the caller holds
     * @throws Refusal {@link Refusal.Reason#FORBIDDEN}
     */
    static void check(Permission permission, Caller caller, String id, Supplier<Set<String>> held) {
        if (caller.isAdministrator()) {
            return;
        }
        boolean allowed = switch (permission) {
            case PUBLIC, ANY_AGENT, OWN_ATTEMPT, SUBMITTER -> true;
            case THE_AGENT -> id.equals(caller.agent()) && caller.replacedAt() == null;
            case ANY_VERSION -> id.equals(caller.agent());
            case HOLDER -> held.get().contains(id);
            case ADMINISTRATOR -> false;
        };
        if (!allowed) {
            throw forbidden(why(permission, caller));
        }
    }

    private static String why(Permission permission, Caller caller) {
        if (permission == Permission.HOLDER) {
            return "an agent may read only the tasks that it holds";
        }
        return caller.replacedAt() == null
                ? "this call is not for this agent"
                : "another version of this agent has taken over; this one may only end what it holds";
    }

    /**
     * Refuses submissions that are no part of a task that the caller holds.
     *
     * @throws Refusal {@link Refusal.Reason#FORBIDDEN}
     */
    static void checkParents(Caller caller, List<TaskSpec> specs, Supplier<Set<String>> held) {
        if (caller.isAdministrator()) {
            return;
        }
        Set<String> mine = held.get();
        for (TaskSpec spec : specs) {
            if (spec.parent() == null || !mine.contains(spec.parent())) {
                throw Refusal.of(
                        Refusal.Reason.FORBIDDEN,
                        "parent",
                        "an agent may submit only parts of a task that it holds, named as parent");
            }
        }
    }

    /**
     * Refuses to give a payload to an agent that holds no task whose input it is.
     *
     * @param held the tasks that an agent holds
     * @throws Refusal {@link Refusal.Reason#FORBIDDEN}
     */
    static void checkPayload(Caller caller, String sha256, Function<String, List<Task>> held) {
        String agent = caller.agent();
        if (caller.isAdministrator() || agent == null) {
            return;
        }
        boolean isItsInput = held.apply(agent).stream()
                .flatMap(task -> Payload.referred(task.spec().input()).stream())
                .anyMatch(payload -> payload.sha256().equals(sha256));
        if (!isItsInput) {
            throw forbidden("an agent may read only the payloads that are inputs of tasks that it holds");
        }
    }

    /**
     * The agent in whose name the caller speaks of an attempt, or null where the administrator names none.
     *
     * @param named the agent that the request names, or null
     * @throws Refusal {@link Refusal.Reason#FORBIDDEN}
     */
    static @Nullable String speaker(Caller caller, @Nullable String named) {
        if (caller.isAdministrator() || named == null) {
            return caller.isAdministrator() ? named : caller.agent();
        }
        if (!named.equals(caller.agent())) {
            throw Refusal.of(Refusal.Reason.FORBIDDEN, "agent", "an agent speaks only of its own attempts");
        }
        return named;
    }

    private static Refusal forbidden(String message) {
        return Refusal.of(Refusal.Reason.FORBIDDEN, message);
    }
}
