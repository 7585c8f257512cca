// SPDX-License-Identifier: Apache-2.0

/**
 * Tasks as traces: what spans there are of a task ({@link io.skep.plugin.hooks.tracing.Spans}), and how they get to a receiver of
 * OTLP ({@link io.skep.plugin.hooks.tracing.Export}). Which tasks, and up to where that is done, is not known here.
 */
@NullMarked
package io.skep.plugin.hooks.tracing;

import org.jspecify.annotations.NullMarked;
