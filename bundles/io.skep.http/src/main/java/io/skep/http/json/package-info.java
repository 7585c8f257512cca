// SPDX-License-Identifier: Apache-2.0

/**
 * The JSON of the wire, read and written by hand with a streaming parser and generator: strict, fast, and without
 * trees. Arbitrary values ({@code input}, {@code result}, {@code answer}, {@code data}) pass through as text. Start at
 * {@link io.skep.http.json.JsonInput} and {@link io.skep.http.json.Json}.
 */
@NullMarked
package io.skep.http.json;

import org.jspecify.annotations.NullMarked;
