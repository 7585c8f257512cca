// SPDX-License-Identifier: Apache-2.0
/**
 * What becomes of waiting times, memory and acknowledged tasks when there is more to do than can be done. Start at {@link
 * io.skep.bench.pressure.PressureBench}.
 */
@NullMarked
package io.skep.bench.pressure;

import org.jspecify.annotations.NullMarked;
