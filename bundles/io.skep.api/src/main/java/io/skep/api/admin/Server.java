// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import io.skep.api.plugin.Health;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** The server itself. Thread-safe; answers from memory. */
@ProviderType
public interface Server {
    /** What keeps the server from accepting changes, in words; empty when it is ready. */
    List<String> notReady();

    /** The version of the product. */
    String version();

    /** Figures of the moment. */
    Figures figures();

    /** The plugins that are there. */
    List<PluginStatus> plugins();

    /** How the newest generation of a plugin is, by its own word, or unhealthy when it does not say so in time. */
    CompletionStage<Health> health(String plugin, Duration timeout);
}
