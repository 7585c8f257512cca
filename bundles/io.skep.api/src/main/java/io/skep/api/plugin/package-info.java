// SPDX-License-Identifier: Apache-2.0

/**
 * The contract between the orchestrator and its plugins. Start at {@link io.skep.api.plugin.OrchestrationPlugin}.
 */
@Export
@NullMarked
@Version("1.3.0")
package io.skep.api.plugin;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
