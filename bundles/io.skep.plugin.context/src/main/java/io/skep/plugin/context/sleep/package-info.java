// SPDX-License-Identifier: Apache-2.0

/**
 * The capability {@code sleep_wake_cycles}: who sleeps when, and what is done before and after. That an agent sleeps, and that
 * a task wakes it, is core's doing; here is decided when one should, by {@link io.skep.plugin.context.sleep.Policy}, and its
 * sessions are kept safe by {@link io.skep.plugin.context.sleep.SleepCycles}. Nothing but documents says what is, so that
 * the next version of the plugin goes on from there.
 */
@NullMarked
package io.skep.plugin.context.sleep;

import org.jspecify.annotations.NullMarked;
