// SPDX-License-Identifier: Apache-2.0

/** Payloads as files: taken, kept, verified, and removed when nothing refers to them any more. */
@NullMarked
package io.skep.core.payload;

import org.jspecify.annotations.NullMarked;
