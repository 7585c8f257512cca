// SPDX-License-Identifier: Apache-2.0

/**
 * The plugin {@code hooks}: what is done when something happens ({@code lifecycle_hooks}), and what that and
 * named operations of agents and plugins cost ({@code performance_hooks}); and everything about a task in order of time
 * and as traces ({@code observability}).
 *
 * <p>Start at {@link io.skep.plugin.hooks.HooksPlugin}, which decodes, delegates and encodes; what is offered is written down
 * in {@link io.skep.plugin.hooks.Offer}, what a hook is in {@link io.skep.plugin.hooks.HookSpec}. Hooks before something run
 * when core asks at its checkpoints ({@link io.skep.plugin.hooks.Checks}); hooks after something ride on the event stream,
 * each on a thread of its own with a cursor that is kept ({@link io.skep.plugin.hooks.Rider}), and so fall behind instead
 * of filling a queue; so does the export of traces ({@link io.skep.plugin.hooks.TraceRider}). Configuration: {@link io.skep.plugin.hooks.Config}. A user's page: docs/hooks.md.
 */
@NullMarked
package io.skep.plugin.hooks;

import org.jspecify.annotations.NullMarked;
