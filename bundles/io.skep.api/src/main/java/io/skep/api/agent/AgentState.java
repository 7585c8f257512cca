// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.util.Locale;

/** What an agent is at the moment. */
public enum AgentState {
    /** Alive; takes tasks while it has free slots. */
    ACTIVE,
    /** Alive; ends what it has and takes no more. */
    DRAINING,
    /** About to sleep: ends what it has, is prepared, and takes no more. A task that needs it keeps it awake. */
    PREPARING,
    /** Sleeps until it is woken. It has no lease; a task that needs it wakes it. */
    ASLEEP,
    /** Was woken, and takes tasks as soon as it is back. */
    WAKING,
    /** Not heard of since its lease ran out or since the server restarted, and within its grace. */
    UNKNOWN,
    /** Not heard of beyond its grace; its attempts are lost. A heartbeat brings it back. */
    LOST,
    /** Gone; kept only in history. */
    REMOVED;

    /** Whether it takes tasks, or may do so soon. */
    public boolean isRoutable() {
        return this == ACTIVE || this == UNKNOWN || isSleepy();
    }

    /** Whether it is about to sleep, sleeps, or wakes. */
    public boolean isSleepy() {
        return this == PREPARING || this == ASLEEP || this == WAKING;
    }

    /** The name at the edges, in lower case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
