// SPDX-License-Identifier: Apache-2.0

/**
 * The shell: commands over the services of the api, named noun:verb, without logic of their own; and the first login. A
 * command runs on the thread of its session and waits for a bounded time. Nothing here is configured.
 */
@NullMarked
package io.skep.shell;

import org.jspecify.annotations.NullMarked;
