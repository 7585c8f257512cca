// SPDX-License-Identifier: Apache-2.0

/** http. */
@NullMarked
package io.skep.http;

import org.jspecify.annotations.NullMarked;
