// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.admin.Caller;
import io.skep.api.payload.Payload;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.http.json.JsonInput;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request as its handler sees it: authenticated, permitted, its body complete.
 *
 * @param caller who makes it; an agent without a name where no token is asked for
 * @param id what the path names, or empty
 * @param body as text, empty if there is none
 * @param payloadOrNull what came as the body of an upload, durable; or null
 * @param fileOrNull where the jar is that came as the body, until the call has ended; or null
 * @param header the value of the request header of that name, or null
 */
record Call(
        Services services,
        Caller caller,
        String id,
        Query query,
        String body,
        @Nullable Payload payloadOrNull,
        @Nullable Path fileOrNull,
        Header header) {
    static final Caller NOBODY = new Caller("");

    /** Looks up a request header. */
    @FunctionalInterface
    interface Header {
        /** The value, or null. */
        @Nullable
        String value(String name);
    }

    Call with(String newBody) {
        return new Call(services, caller, id, query, newBody, payloadOrNull, fileOrNull, header);
    }

    Call with(Path file) {
        return new Call(services, caller, id, query, body, payloadOrNull, file, header);
    }

    Call with(Payload payload) {
        return new Call(services, caller, id, query, body, payload, fileOrNull, header);
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
        return (caller.isAdministrator() ? "administrator" : caller.agent()) + " (http)";
    }

    Orchestrator orchestrator() {
        return services.orchestrator();
    }

    /** The body, which must be JSON of that shape. */
    <T> T body(JsonInput.Shape<T> shape) {
        return JsonInput.read(body, shape);
    }

    /** Ids of the tasks that the caller, an agent, holds now. */
    Set<String> held() {
        return held(services, caller);
    }

    static Set<String> held(Services services, Caller caller) {
        String agent = caller.agent();
        return agent == null
                ? Set.of()
                : services.orchestrator().agents().held(agent).stream()
                        .map(Task::id)
                        .collect(Collectors.toUnmodifiableSet());
    }
}
