// SPDX-License-Identifier: Apache-2.0

/** Finds plugins and routes calls to them. */
@NullMarked
package io.skep.core.plugin;

import org.jspecify.annotations.NullMarked;
