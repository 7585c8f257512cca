// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.admin.StoreAdmin;
import org.jspecify.annotations.Nullable;

/** What operators can ask of the server, as far as it is there; without one of them its figures are missing. Thread-safe. */
interface Admin {
    /** Nothing is there. */
    Admin NONE = new Admin() {};

    default @Nullable Server server() {
        return null;
    }

    default @Nullable Plugins plugins() {
        return null;
    }

    default @Nullable StoreAdmin store() {
        return null;
    }
}
