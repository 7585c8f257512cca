// SPDX-License-Identifier: Apache-2.0
/**
 * New versions of a plugin, good and bad ones, that a canary has to tell apart under load. Start at {@link
 * io.skep.bench.canary.CanaryBench}.
 */
@NullMarked
package io.skep.bench.canary;

import org.jspecify.annotations.NullMarked;
