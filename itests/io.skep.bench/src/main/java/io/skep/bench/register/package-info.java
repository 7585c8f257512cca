// SPDX-License-Identifier: Apache-2.0
/** Agents in numbers: registered, and connected. Start at {@link io.skep.bench.register.RegisterBench}. */
@NullMarked
package io.skep.bench.register;

import org.jspecify.annotations.NullMarked;
