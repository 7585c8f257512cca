// SPDX-License-Identifier: Apache-2.0
/**
 * Load from outside a server, without a thread for each connection: pull agents whose work takes a fixed time ({@link
 * io.skep.bench.load.Fleet}), and tasks at a fixed rate ({@link io.skep.bench.load.Flow}).
 */
@NullMarked
package io.skep.bench.load;

import org.jspecify.annotations.NullMarked;
