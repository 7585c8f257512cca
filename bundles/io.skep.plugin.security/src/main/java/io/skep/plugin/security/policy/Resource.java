// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import org.jspecify.annotations.Nullable;

/**
 * What is acted on. Immutable.
 *
 * @param type of the resource, one of the policy's vocabulary, such as {@code task}
 * @param id of it; null for the type as a whole, as when one is created or several are listed
 * @param tenant that it belongs to, for a new one the tenant it will belong to; null for what belongs to the platform,
 *     which only rules for all tenants reach
 * @param owner who owns it, for a new one who will; for an attempt the agent that makes it
 */
public record Resource(
        String type,
        @Nullable String id,
        @Nullable String tenant,
        @Nullable String owner) {}
