// SPDX-License-Identifier: Apache-2.0

/**
 * Log and projection in a PostgreSQL database, for servers that shall survive their machine. Start at {@link
 * io.skep.store.postgres.StoreComponent}; the hot path is {@link io.skep.store.postgres.LogWriter}: one thread that turns
 * everything pending, of all shards, into one statement that is also the commit and the check of the leases.
 * Configuration: PID {@code io.skep.store.postgres}, and {@code kind = postgres} in {@code io.skep.store}. What happens
 * when the database goes away is in {@code docs/store.md}.
 */
@NullMarked
package io.skep.store.postgres;

import org.jspecify.annotations.NullMarked;
