// SPDX-License-Identifier: Apache-2.0

/** shell. */
@NullMarked
package io.skep.shell;

import org.jspecify.annotations.NullMarked;
