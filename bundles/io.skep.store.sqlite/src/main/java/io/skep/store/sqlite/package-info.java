// SPDX-License-Identifier: Apache-2.0

/**
 * The embedded store: {@code log.db}, the truth, and {@code projection.db}, what is searched, in one directory that is
 * locked against a second server. Start at {@link io.skep.store.sqlite.StoreComponent}; the hot path is {@link
 * io.skep.store.sqlite.LogWriter}: one thread that turns everything pending, of all shards, into one commit.
 * Configuration: PID {@code io.skep.store.sqlite}. How it behaves on a full disk or a damaged file is in {@code
 * docs/store.md}.
 */
@NullMarked
package io.skep.store.sqlite;

import org.jspecify.annotations.NullMarked;
