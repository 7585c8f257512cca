// SPDX-License-Identifier: Apache-2.0

/**
 * The plugin {@code shared-state}: documents that agents share ({@code atomic_updates}), how much each agent has to do and what
 * goes elsewhere ({@code real_time_balancing}), and how far trees of tasks are ({@code workflow_tracking}).
 *
 * <p>Start at {@link io.skep.plugin.sharedstate.SharedStatePlugin}, which decodes, delegates and encodes; what is offered is
 * written down in {@link io.skep.plugin.sharedstate.Offer}. One thread carries out what is asked of the documents, another
 * follows the events; load is counted from core at each question. Documents are core's, and changed under conditions
 * ({@link io.skep.api.plugin.ConditionalState}); trees are kept as documents {@code w:ROOT}. Configuration: {@link
 * io.skep.plugin.sharedstate.Config}. A user's page: docs/shared-state.md.
 */
@NullMarked
package io.skep.plugin.sharedstate;

import org.jspecify.annotations.NullMarked;
