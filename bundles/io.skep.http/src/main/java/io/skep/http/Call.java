// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.admin.Access;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Credential;
import io.skep.api.admin.Intent;
import io.skep.api.admin.Principal;
import io.skep.api.payload.Payload;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.http.json.JsonInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request as its handler sees it: authenticated, permitted, its body complete.
 *
 * @param caller who makes it; an agent without a name where no token is asked for
 * @param credential that they showed
 * @param id what the path names, or empty
 * @param body as text, empty if there is none
 * @param payloadOrNull what came as the body of an upload, durable; or null
 * @param fileOrNull where the jar is that came as the body, until the call has ended; or null
 * @param header the value of the request header of that name, or null
 * @param origin scheme, host and port as the caller called them
 */
record Call(
        Services services,
        Caller caller,
        Credential credential,
        String id,
        Query query,
        String body,
        @Nullable Payload payloadOrNull,
        @Nullable Path fileOrNull,
        Header header,
        Supplier<String> origin) {
    static final Caller NOBODY = new Caller("");

    /** Looks up a request header. */
    @FunctionalInterface
    interface Header {
        /** The value, or null. */
        @Nullable
        String value(String name);
    }

    Call with(String newBody) {
        return new Call(services, caller, credential, id, query, newBody, payloadOrNull, fileOrNull, header, origin);
    }

    Call with(Path file) {
        return new Call(services, caller, credential, id, query, body, payloadOrNull, file, header, origin);
    }

    Call with(Payload payload) {
        return new Call(services, caller, credential, id, query, body, payload, fileOrNull, header, origin);
    }

    /** What was uploaded, of a call that takes a payload. */
    Payload payload() {
        return Objects.requireNonNull(payloadOrNull);
    }

    /** The jar, of a call that takes one. */
    Path file() {
        return Objects.requireNonNull(fileOrNull);
    }

    /** Who does it, in words for events and histories. */
    String actor() {
        return caller.principal().id() + " (http)";
    }

    /** Who submitted what this call submits, as core keeps it: nobody, for callers by core's own tokens. */
    @Nullable
    String owner() {
        Principal who = caller.principal();
        return who.issuer().equals(Principal.CORE) ? null : who.id();
    }

    /** Whether its caller may do something further; ends as {@link Access#permit}. */
    CompletionStage<Caller> permit(Intent intent) {
        return services.access().permit(caller, credential, intent);
    }

    Orchestrator orchestrator() {
        return services.orchestrator();
    }

    /** The body, which must be JSON of that shape. */
    <T> T body(JsonInput.Shape<T> shape) {
        return JsonInput.read(body, shape);
    }

    /** The tasks that the caller, an agent, holds now. */
    List<Task> heldTasks() {
        String agent = caller.agent();
        return agent == null ? List.of() : orchestrator().agents().held(agent);
    }

    /** Ids of the tasks that a caller, an agent, holds now. */
    static Set<String> held(Services services, Caller caller) {
        String agent = caller.agent();
        return agent == null
                ? Set.of()
                : services.orchestrator().agents().held(agent).stream()
                        .map(Task::id)
                        .collect(Collectors.toUnmodifiableSet());
    }
}
