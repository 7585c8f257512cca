// SPDX-License-Identifier: Apache-2.0

/**
 * How to choose among agents, and what is known of them, in plain Java: benchmarks run these very classes in virtual time.
 * Times are milliseconds of whatever clock the caller has.
 */
@NullMarked
package io.skep.plugin.loadbalancing.balance;

import org.jspecify.annotations.NullMarked;
