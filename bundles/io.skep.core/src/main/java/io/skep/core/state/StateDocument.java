// SPDX-License-Identifier: Apache-2.0
package io.skep.core.state;

import io.skep.api.plugin.PluginState.Document;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A document that a plugin keeps.
 *
 * @param plugin whose
 * @param key under which
 * @param document what it is now, or null if it was removed
 */
public record StateDocument(
        String plugin, String key, @Nullable Document document) {
    public StateDocument {
        Objects.requireNonNull(plugin);
        Objects.requireNonNull(key);
    }
}
