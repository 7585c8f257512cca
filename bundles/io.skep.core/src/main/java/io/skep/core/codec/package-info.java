// SPDX-License-Identifier: Apache-2.0

/** How changes, snapshots and tasks are written as bytes and read again. */
@NullMarked
package io.skep.core.codec;

import org.jspecify.annotations.NullMarked;
