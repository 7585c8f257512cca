// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When and from where it is asked.
 *
 * @param at the time by the server's clock
 * @param address of the caller; null if not known, and then no rule that asks for an address holds
 */
public record Context(Instant at, @Nullable InetAddress address) {}
