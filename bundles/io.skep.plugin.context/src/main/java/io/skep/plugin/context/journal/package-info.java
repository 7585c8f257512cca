// SPDX-License-Identifier: Apache-2.0

/**
 * How a session is kept: a file to which checksummed records are appended, and checkpoints beside it. Several generations
 * of the plugin may use the same files at once, in one server.
 */
@NullMarked
package io.skep.plugin.context.journal;

import org.jspecify.annotations.NullMarked;
