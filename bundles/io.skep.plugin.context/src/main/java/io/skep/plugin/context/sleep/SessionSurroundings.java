// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import io.skep.plugin.context.sessions.Preparation;
import io.skep.plugin.context.sessions.Session;
import io.skep.plugin.context.sessions.Sessions;
import java.util.List;

/** Sleep beside the sessions of the plugin. Thread-safe. */
public final class SessionSurroundings implements Surroundings {
    private final Sessions sessions;
    private final Preparation preparation;

    /** Over both. */
    public SessionSurroundings(Sessions sessions, Preparation preparation) {
        this.sessions = sessions;
        this.preparation = preparation;
    }

    @Override
    public List<String> prepare(String agent) {
        return preparation.prepare(agent).stream()
                .map(done -> "session " + done.session() + ": checkpoint " + done.generation() + " of revision "
                        + done.revision() + ", " + done.items() + " items, " + done.bytes() + " bytes")
                .toList();
    }

    @Override
    public List<String> restore(String agent) {
        return preparation.restore(agent).stream()
                .map(SessionSurroundings::line)
                .toList();
    }

    private static String line(Preparation.Woken woken) {
        String line = "session " + woken.session() + ": " + woken.items() + " items, " + woken.tokens()
                + " tokens, revision " + woken.before() + " before and " + woken.revision() + " now";
        if (!woken.corrupt().isEmpty()) {
            line += ", checkpoints " + woken.corrupt() + " cannot be read";
        }
        return woken.repaired() ? line + ", repaired from checkpoint " + woken.generation() : line;
    }

    @Override
    public long tokens(String agent) {
        return sessions.of(agent).stream()
                .filter(Session::isOpen)
                .mapToLong(Session::tokens)
                .sum();
    }
}
