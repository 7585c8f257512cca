// SPDX-License-Identifier: Apache-2.0
/**
 * What capabilities cost: a call over a plain one, and the memory of plugins that do nothing. Start at {@link
 * io.skep.bench.overhead.OverheadBench}.
 */
@NullMarked
package io.skep.bench.overhead;

import org.jspecify.annotations.NullMarked;
