// SPDX-License-Identifier: Apache-2.0
/**
 * How much of what matters survives consolidation, and is found again, on conversations that others wrote, beside plain
 * baselines. Start at {@link io.skep.bench.context.ContextBench}.
 */
@NullMarked
package io.skep.bench.context;

import org.jspecify.annotations.NullMarked;
