// SPDX-License-Identifier: Apache-2.0

/**
 * The capability {@code extended_thinking}. {@link io.skep.plugin.workflow.thinking.Policy} says whether a task deserves to
 * be thought about, {@link io.skep.plugin.workflow.thinking.Experts} finds whom to ask, {@link
 * io.skep.plugin.workflow.thinking.Panel} asks them by real tasks, {@link io.skep.plugin.workflow.thinking.Synthesis} puts
 * together what they answered, and {@link io.skep.plugin.workflow.thinking.Thinker} carries all that through swaps and
 * restarts on a {@link io.skep.plugin.workflow.thinking.Shelf}.
 */
@NullMarked
package io.skep.plugin.workflow.thinking;

import org.jspecify.annotations.NullMarked;
