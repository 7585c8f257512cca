// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import org.jspecify.annotations.Nullable;

/**
 * By what the processes of one attempt are known. Immutable.
 *
 * @param root the program's own process, or null if it is gone or unknown; its descendants belong to it
 * @param session the session that it leads, whose members belong to it; 0 if it leads none
 * @param sinceTicks no process that started before belongs to it, in the kernel's clock ticks since boot; 0 if unknown
 * @param mark an environment entry, {@code NAME=value}: processes that have it belong to it
 */
record ProcessTree(@Nullable ProcessHandle root, long session, long sinceTicks, String mark) {}
