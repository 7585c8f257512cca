// SPDX-License-Identifier: Apache-2.0

/**
 * For plugins and those who call them. A plugin proves itself by extending {@link
 * io.skep.testkit.plugin.OrchestrationPluginContract}, over {@link io.skep.testkit.plugin.FakeOrchestrator} and {@link
 * io.skep.testkit.plugin.InMemoryPluginState}; {@link io.skep.testkit.plugin.RecordingPlugin} does as it is told; {@link
 * io.skep.testkit.plugin.CapabilityLoad} calls everything at a given rate and checks each answer.
 */
@NullMarked
package io.skep.testkit.plugin;

import org.jspecify.annotations.NullMarked;
