// SPDX-License-Identifier: Apache-2.0

/**
 * What agents know: their sessions, as calls and the other parts of the plugin see them. How they are kept is a matter of
 * {@code io.skep.plugin.context.journal}.
 */
@NullMarked
package io.skep.plugin.context.sessions;

import org.jspecify.annotations.NullMarked;
