// SPDX-License-Identifier: Apache-2.0

/**
 * A plugin that goes wrong as its manifest says ({@code Skep-Fault}, see {@link io.skep.itests.faultplugin.Fault}) or as
 * its operation {@code become} is told later. Its name and capability are in the manifest too ({@code Skep-Plugin-Name},
 * {@code Skep-Capability}), so that a copy of the jar with other headers is another plugin or another version. {@link
 * io.skep.itests.faultplugin.FaultActivator} publishes it as Declarative Services would: activated when somebody first
 * gets it.
 */
@NullMarked
package io.skep.itests.faultplugin;

import org.jspecify.annotations.NullMarked;
