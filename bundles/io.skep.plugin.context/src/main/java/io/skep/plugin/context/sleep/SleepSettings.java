// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import java.time.Duration;

/**
 * How the policies are looked at. Immutable.
 *
 * @param look between two looks at the agents
 * @param policies at most
 * @param messages kept for one agent until it has read them, at most
 */
public record SleepSettings(Duration look, int policies, int messages) {
    /** As without configuration. */
    public static final SleepSettings DEFAULT = new SleepSettings(Duration.ofSeconds(5), 100, 100);
}
