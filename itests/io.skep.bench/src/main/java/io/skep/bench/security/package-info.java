// SPDX-License-Identifier: Apache-2.0
/** What it costs that every request is authenticated, authorised and recorded. */
@NullMarked
package io.skep.bench.security;

import org.jspecify.annotations.NullMarked;
