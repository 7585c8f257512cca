// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

/**
 * What was decided, and by what.
 *
 * @param allowed whether it may be done
 * @param rule that decided: the id of the grant that allows, or one of the {@code deny:} ids of this class
 * @param words the reason, one sentence. For a denial it can tell that something exists, so a caller from another tenant
 *     should not get to read it
 * @param policy version of the policy that decided
 */
public record Decision(boolean allowed, String rule, String words, String policy) {
    /** The action or the resource type is none that the policy knows. */
    public static final String UNKNOWN = "deny:unknown";
    /** The token has scopes, and none of them covers this. */
    public static final String SCOPE = "deny:scope";
    /** No role of the subject grants this to anybody. */
    public static final String DEFAULT = "deny:default";
    /** A role grants this, but only in the subject's own tenant. */
    public static final String TENANT = "deny:tenant";
    /** A role grants this, but only to the owner. */
    public static final String OWNERSHIP = "deny:ownership";
    /** A role confines its bearers to their own of this resource type. */
    public static final String CONFINED = "deny:confined";
    /** A role grants this, but not now or not from here. */
    public static final String CONDITION = "deny:condition";
}
