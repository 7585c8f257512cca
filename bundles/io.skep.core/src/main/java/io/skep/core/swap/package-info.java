// SPDX-License-Identifier: Apache-2.0

/**
 * Which generation of a plugin shall serve, and how one takes the place of another: upgrades beside the old one,
 * rollbacks, removals, and what comes and goes without being asked for. Start at {@link
 * io.skep.core.swap.PluginHost}.
 */
@NullMarked
package io.skep.core.swap;

import org.jspecify.annotations.NullMarked;
