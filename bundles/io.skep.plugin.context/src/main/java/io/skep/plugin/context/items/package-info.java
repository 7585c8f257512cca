// SPDX-License-Identifier: Apache-2.0

/** What a session consists of. */
@NullMarked
package io.skep.plugin.context.items;

import org.jspecify.annotations.NullMarked;
