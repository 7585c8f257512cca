// SPDX-License-Identifier: Apache-2.0
/**
 * A server with a long past and a large backlog: how long a page of a list, a restart and a task take. Start at {@link
 * io.skep.bench.history.HistoryBench}.
 */
@NullMarked
package io.skep.bench.history;

import org.jspecify.annotations.NullMarked;
