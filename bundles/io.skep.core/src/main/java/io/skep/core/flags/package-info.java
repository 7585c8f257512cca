// SPDX-License-Identifier: Apache-2.0

/** For whom capabilities are switched on: the file, and what is in force. */
@NullMarked
package io.skep.core.flags;

import org.jspecify.annotations.NullMarked;
