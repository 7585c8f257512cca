// SPDX-License-Identifier: Apache-2.0

/**
 * The plugin {@code task-coordination}: who can do a task ({@code agent_requests}), who holds which ({@code
 * task_mapping}), and who has too much or too little ({@code workload_analysis}).
 *
 * <p>Start at {@link io.skep.plugin.coordination.CoordinationPlugin}, which decodes, delegates and encodes; what is
 * offered is written down in {@link io.skep.plugin.coordination.Offer}. One thread of its own follows the event stream
 * and keeps {@link io.skep.plugin.coordination.Mapping} and {@link io.skep.plugin.coordination.ServiceTimes}; requests
 * read them. Memory is bounded by the tasks and agents that are there. The service times that were learned are kept as
 * the document {@code service-times}; there is no configuration. A user's page: docs/plugins/task-coordination.md.
 */
@NullMarked
package io.skep.plugin.coordination;

import org.jspecify.annotations.NullMarked;
