// SPDX-License-Identifier: Apache-2.0

/**
 * A plugin like real ones: it embeds libraries (Caffeine and HdrHistogram), and has threads of its own, a cache that
 * expires on a timer, and a JSON mapper. The capability {@code heavy_lookup} answers from the cache, on those threads.
 * Its threads are called {@code heavy-VERSION-N}, so that one that outlives its version is recognised. Thread-safe,
 * without configuration or state.
 */
@NullMarked
package io.skep.itests.heavyplugin;

import org.jspecify.annotations.NullMarked;
