// SPDX-License-Identifier: Apache-2.0
/**
 * {@code ./skep bench NAME}: benchmarks of the distribution, each with its peer or limit in the same run. Start at {@link
 * io.skep.bench.Bench}.
 */
@NullMarked
package io.skep.bench;

import org.jspecify.annotations.NullMarked;
