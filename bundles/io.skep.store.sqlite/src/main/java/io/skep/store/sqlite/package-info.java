// SPDX-License-Identifier: Apache-2.0

/** store.sqlite. */
@NullMarked
package io.skep.store.sqlite;

import org.jspecify.annotations.NullMarked;
