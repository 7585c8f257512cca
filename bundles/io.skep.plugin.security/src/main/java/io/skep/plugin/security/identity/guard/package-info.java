// SPDX-License-Identifier: Apache-2.0
/**
 * What keeps callers from taking too much ({@link io.skep.plugin.security.identity.guard.Limits}) and from guessing
 * ({@link io.skep.plugin.security.identity.guard.Lockout}). Everything is bounded; what is forgotten at the bound was not
 * seen for the longest time, and starts afresh.
 */
@NullMarked
package io.skep.plugin.security.identity.guard;

import org.jspecify.annotations.NullMarked;
