// SPDX-License-Identifier: Apache-2.0

/** core. */
@NullMarked
package io.skep.core;

import org.jspecify.annotations.NullMarked;
