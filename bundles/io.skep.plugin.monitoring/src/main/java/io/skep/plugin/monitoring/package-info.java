// SPDX-License-Identifier: Apache-2.0

/**
 * The plugin {@code performance-monitoring}: what happens in the server and its fleet, and alerts when something is wrong
 * ({@code real_time_monitoring}), and how tasks do, by type, agent, skill and tenant ({@code task_performance}).
 *
 * <p>Start at {@link io.skep.plugin.monitoring.MonitoringPlugin}, which decodes, delegates and encodes; what is offered is
 * written down in {@link io.skep.plugin.monitoring.Offer}. One thread of its own follows the event stream, looks at
 * everything once a second ({@link io.skep.plugin.monitoring.Monitoring}), and publishes what it saw as one immutable list of
 * figures, which operations, alert rules and {@code /metrics} read. Configuration: {@link
 * io.skep.plugin.monitoring.Config}. A user's page: docs/monitoring.md.
 */
@NullMarked
package io.skep.plugin.monitoring;

import org.jspecify.annotations.NullMarked;
