// SPDX-License-Identifier: Apache-2.0

/**
 * The plugin {@code enhanced-workflow}: a language of commands ({@code slash_commands}), checks that results must pass
 * ({@code quality_gates}), tasks in steps ({@code workflows}), and thinking before doing ({@code extended_thinking}).
 *
 * <p>Start at {@link io.skep.plugin.workflow.WorkflowPlugin}, which decodes, delegates and encodes. Each capability has a
 * package of its own, which says what it offers; {@code base} is what they share. Configuration, PID {@code
 * io.skep.plugin.workflow}: {@link io.skep.plugin.workflow.Config}. Libraries that only this plugin needs are in the bundle.
 * A user's page: docs/workflow.md.
 */
@NullMarked
package io.skep.plugin.workflow;

import org.jspecify.annotations.NullMarked;
