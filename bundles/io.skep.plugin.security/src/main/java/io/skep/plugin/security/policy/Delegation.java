// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.time.Instant;

/**
 * A role lent to one subject until an instant, in that subject's own tenant as any other role.
 *
 * @param id of the delegation
 * @param role that is lent
 * @param end from which it is no longer
 */
record Delegation(String id, Role role, Instant end) {}
