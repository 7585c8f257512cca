// SPDX-License-Identifier: Apache-2.0
package io.skep.api.store;

/**
 * The right to append to a shard.
 *
 * @param shard which
 * @param epoch grows with every holder; only the newest may append
 */
public record ShardLease(int shard, long epoch) {}
