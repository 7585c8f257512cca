// SPDX-License-Identifier: Apache-2.0

/** Finds what was archived again. Start at {@link io.skep.plugin.context.archive.Archive}. */
@NullMarked
package io.skep.plugin.context.archive;

import org.jspecify.annotations.NullMarked;
