// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import io.skep.api.payload.Payload;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What agents may do whatever the policy is. What others may do is the policy's to say, see {@link Wanted}. */
final class Rules {
    /** In place of the tenant of a part for which none is named; no tenant has this name. */
    static final String OF_THE_WHOLE = "";

    private Rules() {}

    /**
     * Refuses a call that the caller may not make, whatever its body.
     *
     * @param id what the path names, or empty
     * @param held ids of the tasks that the caller holds
     * @throws Refusal {@link Refusal.Reason#FORBIDDEN}
     */
    static void check(Permission permission, Caller caller, String id, Supplier<Set<String>> held) {
        if (caller.agent() == null) {
            return;
        }
        boolean allowed = switch (permission) {
            case PUBLIC, ANY_AGENT, OWN_ATTEMPT, SUBMITTER, OPERATION -> true;
            case REGISTERING ->
                id.equals(caller.agent()) && !caller.principal().issuer().equals(Principal.CORE);
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
     * What is submitted, of an agent as parts of tasks that it holds: each is of the tenant of its whole.
     *
     * @param held the tasks that an agent holds
     * @throws Refusal {@link Refusal.Reason#FORBIDDEN} if one is no such part, or names another tenant
     */
    static List<TaskSpec> parts(Caller caller, List<TaskSpec> specs, Supplier<List<Task>> held) {
        if (caller.agent() == null) {
            return specs;
        }
        Map<String, String> tenants = held.get().stream()
                .collect(Collectors.toMap(Task::id, task -> task.spec().tenant()));
        return specs.stream().map(spec -> part(spec, tenants)).toList();
    }

    private static TaskSpec part(TaskSpec spec, Map<String, String> tenants) {
        String tenant = spec.parent() == null ? null : tenants.get(spec.parent());
        if (tenant == null) {
            throw Refusal.of(
                    Refusal.Reason.FORBIDDEN,
                    "parent",
                    "an agent may submit only parts of a task that it holds, named as parent");
        } else if (spec.tenant().equals(OF_THE_WHOLE)) {
            return spec.toBuilder().tenant(tenant).build();
        } else if (!spec.tenant().equals(tenant)) {
            throw Refusal.of(
                    Refusal.Reason.FORBIDDEN,
                    "tenant",
                    "a part is of the same tenant as the task that it is part of, which is " + tenant);
        }
        return spec;
    }

    /**
     * Refuses to give a payload to an agent that holds no task whose input it is.
     *
     * @param held the tasks that an agent holds
     * @throws Refusal {@link Refusal.Reason#FORBIDDEN}
     */
    static void checkPayload(Caller caller, String sha256, Function<String, List<Task>> held) {
        String agent = caller.agent();
        if (agent == null) {
            if (caller.isOwnOnly()) {
                throw forbidden("nobody owns a payload, and this caller may read only its own");
            }
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
     * The agent in whose name the caller speaks of an attempt, or null where a person names none.
     *
     * @param named the agent that the request names, or null
     * @throws Refusal {@link Refusal.Reason#FORBIDDEN}
     */
    static @Nullable String speaker(Caller caller, @Nullable String named) {
        if (caller.agent() == null || named == null) {
            return caller.agent() == null ? named : caller.agent();
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
