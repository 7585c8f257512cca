// SPDX-License-Identifier: Apache-2.0

/**
 * Workflows: templates of steps that wait for each other, and runs of them.
 *
 * <p>Start at {@link io.skep.plugin.workflow.flows.Flows}, the operations. {@link
 * io.skep.plugin.workflow.flows.TemplateSpec} is what a user writes, {@link io.skep.plugin.workflow.flows.Run} what is kept
 * of a run; {@link io.skep.plugin.workflow.flows.Progress} says, without any effect, what comes next, {@link
 * io.skep.plugin.workflow.flows.Beginning} which tasks a step becomes, and {@link io.skep.plugin.workflow.flows.Driver}
 * does it.
 */
@NullMarked
package io.skep.plugin.workflow.flows;

import org.jspecify.annotations.NullMarked;
