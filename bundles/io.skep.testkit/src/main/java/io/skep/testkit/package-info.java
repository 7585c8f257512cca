// SPDX-License-Identifier: Apache-2.0

/** testkit. */
@NullMarked
package io.skep.testkit;

import org.jspecify.annotations.NullMarked;
