// SPDX-License-Identifier: Apache-2.0
/**
 * Plugins that are replaced again and again while they are called all the time: no call may fail. Start at {@link
 * io.skep.bench.swap.SwapBench}.
 */
@NullMarked
package io.skep.bench.swap;

import org.jspecify.annotations.NullMarked;
