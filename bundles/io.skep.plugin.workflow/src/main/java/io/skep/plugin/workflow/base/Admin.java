// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.base;

import io.skep.api.admin.Flags;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.payload.PayloadService;
import java.util.Optional;

/** Services of core that may be absent for a moment. Thread-safe; answers what is there now. */
public interface Admin {
    /** None of them. */
    Admin NONE = new Admin() {};

    /** The server, if it is there. */
    default Optional<Server> server() {
        return Optional.empty();
    }

    /** The plugins, if it is known. */
    default Optional<Plugins> plugins() {
        return Optional.empty();
    }

    /** The flags, if they are there. */
    default Optional<Flags> flags() {
        return Optional.empty();
    }

    /** The results and inputs that are kept as files, if they can be read. */
    default Optional<PayloadService> payloads() {
        return Optional.empty();
    }
}
