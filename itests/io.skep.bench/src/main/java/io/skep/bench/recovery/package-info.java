// SPDX-License-Identifier: Apache-2.0
/** What a server loses when it is killed under load: nothing. Start at {@link io.skep.bench.recovery.RecoveryBench}. */
@NullMarked
package io.skep.bench.recovery;

import org.jspecify.annotations.NullMarked;
