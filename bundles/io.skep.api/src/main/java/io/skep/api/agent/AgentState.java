// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.util.Locale;

/** What an agent is at the moment. */
public enum AgentState {
    /** Alive; takes tasks while it has free slots. */
    ACTIVE,
    /** Alive; ends what it has and takes no more. */
    DRAINING,
    /** Sleeps until it is woken; takes no tasks. */
    ASLEEP,
    /** Not heard of since its lease ran out or since the server restarted, and within its grace. */
    UNKNOWN,
    /** Not heard of beyond its grace; its attempts are lost. A heartbeat brings it back. */
    LOST,
    /** Gone; kept only in history. */
    REMOVED;

    /** The name at the edges, in lower case. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
