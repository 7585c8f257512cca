// SPDX-License-Identifier: Apache-2.0

/**
 * Who may do what: roles, scopes, tenants, ownership and conditions, denied by default. Plain Java without OSGi and
 * without threads; start at {@link io.skep.plugin.security.policy.LivePolicy}. A policy is a YAML or JSON document on
 * top of the seeded one ({@code seeded.yaml} beside these classes), which also shows the form.
 */
@NullMarked
package io.skep.plugin.security.policy;

import org.jspecify.annotations.NullMarked;
