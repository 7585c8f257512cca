// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Access;
import io.skep.api.admin.Cluster;
import io.skep.api.admin.Flags;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.admin.StoreAdmin;
import io.skep.api.payload.PayloadService;
import io.skep.api.plugin.Orchestrator;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The services of core at one moment; a request sees one snapshot from beginning to end. */
record Services(
        @Nullable Orchestrator orchestratorOrNull,
        @Nullable Access accessOrNull,
        @Nullable Server serverOrNull,
        @Nullable Plugins pluginsOrNull,
        @Nullable Flags flagsOrNull,
        @Nullable StoreAdmin storeOrNull,
        @Nullable PayloadService payloadsOrNull,
        @Nullable Cluster clusterOrNull) {
    static final Services NONE = new Services(null, null, null, null, null, null, null, null);

    /** Whether nothing is missing. */
    boolean complete() {
        return orchestratorOrNull != null
                && accessOrNull != null
                && serverOrNull != null
                && pluginsOrNull != null
                && flagsOrNull != null
                && storeOrNull != null
                && payloadsOrNull != null;
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

    Plugins plugins() {
        return present(pluginsOrNull);
    }

    Flags flags() {
        return present(flagsOrNull);
    }

    StoreAdmin store() {
        return present(storeOrNull);
    }

    PayloadService payloads() {
        return present(payloadsOrNull);
    }

    Cluster cluster() {
        return present(clusterOrNull);
    }

    /**
     * Refuses to go on while one is missing.
     *
     * @throws Refusal {@link Refusal.Reason#UNAVAILABLE}
     */
    void requireAll() {
        if (!complete()) {
            throw away();
        }
    }

    Services with(@Nullable Orchestrator orchestrator) {
        return new Services(
                orchestrator,
                accessOrNull,
                serverOrNull,
                pluginsOrNull,
                flagsOrNull,
                storeOrNull,
                payloadsOrNull,
                clusterOrNull);
    }

    Services with(@Nullable Access access) {
        return new Services(
                orchestratorOrNull,
                access,
                serverOrNull,
                pluginsOrNull,
                flagsOrNull,
                storeOrNull,
                payloadsOrNull,
                clusterOrNull);
    }

    Services with(@Nullable Server server) {
        return new Services(
                orchestratorOrNull,
                accessOrNull,
                server,
                pluginsOrNull,
                flagsOrNull,
                storeOrNull,
                payloadsOrNull,
                clusterOrNull);
    }

    Services with(@Nullable Plugins plugins) {
        return new Services(
                orchestratorOrNull,
                accessOrNull,
                serverOrNull,
                plugins,
                flagsOrNull,
                storeOrNull,
                payloadsOrNull,
                clusterOrNull);
    }

    Services with(@Nullable Flags flags) {
        return new Services(
                orchestratorOrNull,
                accessOrNull,
                serverOrNull,
                pluginsOrNull,
                flags,
                storeOrNull,
                payloadsOrNull,
                clusterOrNull);
    }

    Services with(@Nullable StoreAdmin store) {
        return new Services(
                orchestratorOrNull,
                accessOrNull,
                serverOrNull,
                pluginsOrNull,
                flagsOrNull,
                store,
                payloadsOrNull,
                clusterOrNull);
    }

    Services with(@Nullable PayloadService payloads) {
        return new Services(
                orchestratorOrNull,
                accessOrNull,
                serverOrNull,
                pluginsOrNull,
                flagsOrNull,
                storeOrNull,
                payloads,
                clusterOrNull);
    }

    Services with(@Nullable Cluster cluster) {
        return new Services(
                orchestratorOrNull,
                accessOrNull,
                serverOrNull,
                pluginsOrNull,
                flagsOrNull,
                storeOrNull,
                payloadsOrNull,
                cluster);
    }

    private static <T> T present(@Nullable T service) {
        if (service == null) {
            throw away();
        }
        return service;
    }

    private static Refusal away() {
        return Refusal.retryLater(
                Refusal.Reason.UNAVAILABLE, "the server is starting or stopping", Duration.ofSeconds(1));
    }
}
