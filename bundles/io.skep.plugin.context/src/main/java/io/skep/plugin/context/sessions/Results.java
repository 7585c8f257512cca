// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import java.util.List;

/** What the operations answer. */
public final class Results {
    private Results() {}

    /** Sessions. */
    public record Listed(List<Session> sessions) {}
}
