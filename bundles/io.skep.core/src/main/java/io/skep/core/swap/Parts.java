// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.core.plugin.PluginRegistry;
import java.time.Clock;

/** What swaps are made of. */
record Parts(
        Bundles bundles,
        PluginRegistry registry,
        Table table,
        JarStore jars,
        Preparation preparation,
        Arrivals arrivals,
        Drain drain,
        Exit exit,
        Clock clock) {}
