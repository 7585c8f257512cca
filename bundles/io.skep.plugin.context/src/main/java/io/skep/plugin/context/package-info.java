// SPDX-License-Identifier: Apache-2.0

/** The plugin {@code context-management}: what agents know, also while they sleep. */
@NullMarked
package io.skep.plugin.context;

import org.jspecify.annotations.NullMarked;
