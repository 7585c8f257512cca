// SPDX-License-Identifier: Apache-2.0
/** Who may do what, and proof of what was done. */
@NullMarked
package io.skep.plugin.security;

import org.jspecify.annotations.NullMarked;
