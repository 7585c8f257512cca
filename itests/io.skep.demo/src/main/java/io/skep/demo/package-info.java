// SPDX-License-Identifier: Apache-2.0
/**
 * {@code ./skep demo}: real programs as agents do useful read-only work on a git repository, while one of them and then
 * the server are killed. Start at {@link io.skep.demo.Demo}.
 */
@NullMarked
package io.skep.demo;

import org.jspecify.annotations.NullMarked;
