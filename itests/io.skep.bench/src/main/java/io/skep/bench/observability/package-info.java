// SPDX-License-Identifier: Apache-2.0
/**
 * What seeing costs: a server with monitoring, hooks and traces against one without. Start at {@link
 * io.skep.bench.observability.ObservabilityBench}.
 */
@NullMarked
package io.skep.bench.observability;

import org.jspecify.annotations.NullMarked;
