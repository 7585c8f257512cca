// SPDX-License-Identifier: Apache-2.0

/**
 * Agents: registration, leases, connectors, and fleets of them that can be scaled. Start at {@link io.skep.api.agent.AgentService}.
 */
@Export
@NullMarked
@Version("1.3.0")
package io.skep.api.agent;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
