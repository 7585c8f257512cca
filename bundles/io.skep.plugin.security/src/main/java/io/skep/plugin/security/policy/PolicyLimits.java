// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

/**
 * How large a policy may be. What is larger is refused as a whole, and the policy before it stays in force.
 *
 * @param characters of one document
 * @param parts of one document: names, values, and beginnings of lists and maps
 * @param levels of lists and maps in each other
 * @param roles in all
 * @param ancestors that one role may inherit from, directly or not; each costs a decision four look-ups at most
 * @param rules in all; a grant of two actions on three resource types counts six
 * @param alternatives of one role for the same action and resource type, which a decision tries one by one
 */
public record PolicyLimits(
        int characters, int parts, int levels, int roles, int ancestors, int rules, int alternatives) {
    /** A megabyte of text, and a hundred thousand rules. */
    public static final PolicyLimits DEFAULT = new PolicyLimits(1 << 20, 200_000, 12, 10_000, 64, 100_000, 64);
}
