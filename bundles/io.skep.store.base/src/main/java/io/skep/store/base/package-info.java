// SPDX-License-Identifier: Apache-2.0
/** What stores have in common, copied into the bundle of each. */
@NullMarked
package io.skep.store.base;

import org.jspecify.annotations.NullMarked;
