// SPDX-License-Identifier: Apache-2.0
/**
 * {@code ./skep bench tasks}: durable task cycles, in process and over HTTP, beside the bare store, a preallocated
 * journal and db-scheduler on PostgreSQL. Start at {@link io.skep.bench.tasks.TasksBench}.
 */
@NullMarked
package io.skep.bench.tasks;

import org.jspecify.annotations.NullMarked;
