// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import io.skep.api.plugin.Capability;
import java.util.List;
import java.util.Objects;

/**
 * A plugin as core sees it.
 *
 * @param name its service property {@code plugin.name}
 * @param version of its bundle
 * @param generation number of its registration, growing from 1 since the server started
 * @param state {@code initialising}, {@code serving} or {@code failed}
 * @param cause why it is in this state, in words
 * @param capabilities what it offers; empty until it has been initialised
 */
public record PluginStatus(
        String name, String version, long generation, String state, String cause, List<Capability> capabilities) {
    public PluginStatus {
        Objects.requireNonNull(name);
        Objects.requireNonNull(version);
        Objects.requireNonNull(state);
        Objects.requireNonNull(cause);
        capabilities = List.copyOf(capabilities);
    }
}
