// SPDX-License-Identifier: Apache-2.0

/** Regular expressions in bounded time. */
@NullMarked
package io.skep.plugin.base.pattern;

import org.jspecify.annotations.NullMarked;
