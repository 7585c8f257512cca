// SPDX-License-Identifier: Apache-2.0

/** Running programs that must end, with everything that they start. */
@NullMarked
package io.skep.plugin.base.program;

import org.jspecify.annotations.NullMarked;
