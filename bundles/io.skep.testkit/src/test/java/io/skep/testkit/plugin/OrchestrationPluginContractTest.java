// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import io.skep.api.plugin.OrchestrationPlugin;

/** A plugin as it should be passes. */
class OrchestrationPluginContractTest extends OrchestrationPluginContract {
    @Override
    protected OrchestrationPlugin create() {
        return new UpperCase(1);
    }

    @Override
    protected OrchestrationPlugin createNext() {
        return new UpperCase(2);
    }
}
