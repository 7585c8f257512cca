// SPDX-License-Identifier: Apache-2.0

/** Which ready task goes to which agent with a free slot. */
@NullMarked
package io.skep.core.dispatch;

import org.jspecify.annotations.NullMarked;
