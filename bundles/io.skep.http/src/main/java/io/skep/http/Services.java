// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Access;
import io.skep.api.admin.Server;
import io.skep.api.plugin.Orchestrator;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The services of core at one moment; a request sees one snapshot from beginning to end. */
record Services(
        @Nullable Orchestrator orchestratorOrNull,
        @Nullable Access accessOrNull,
        @Nullable Server serverOrNull) {
    static final Services NONE = new Services(null, null, null);

    /** Whether nothing is missing. */
    boolean complete() {
        return orchestratorOrNull != null && accessOrNull != null && serverOrNull != null;
    }

    Orchestrator orchestrator() {
        return present(orchestratorOrNull);
    }

    Access access() {
        return present(accessOrNull);
    }

    Server server() {
        return present(serverOrNull);
    }

    Services with(@Nullable Orchestrator orchestrator) {
        return new Services(orchestrator, accessOrNull, serverOrNull);
    }

    Services with(@Nullable Access access) {
        return new Services(orchestratorOrNull, access, serverOrNull);
    }

    Services with(@Nullable Server server) {
        return new Services(orchestratorOrNull, accessOrNull, server);
    }

    private static <T> T present(@Nullable T service) {
        if (service == null) {
            throw Refusal.retryLater(
                    Refusal.Reason.UNAVAILABLE, "the server is starting or stopping", Duration.ofSeconds(1));
        }
        return service;
    }
}
