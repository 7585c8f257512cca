// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import io.skep.api.Refusal;
import io.skep.plugin.context.consolidation.Level;
import io.skep.plugin.context.recall.ContextConsolidation;
import io.skep.plugin.context.sessions.Preparation;
import io.skep.plugin.context.sessions.Session;
import io.skep.plugin.context.sessions.Sessions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sleep beside the sessions of the plugin, and what consolidates them. Thread-safe. */
public final class SessionSurroundings implements Surroundings {
    private static final Logger LOG = LoggerFactory.getLogger(SessionSurroundings.class);

    private final Sessions sessions;
    private final Preparation preparation;
    private final ContextConsolidation consolidation;

    /** Over all three. */
    public SessionSurroundings(Sessions sessions, Preparation preparation, ContextConsolidation consolidation) {
        this.sessions = sessions;
        this.preparation = preparation;
        this.consolidation = consolidation;
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

    @Override
    public void asleep(String agent) {
        try {
            consolidation
                    .consolidate(agent, Level.DEEP)
                    .forEach(job -> job.whenComplete((done, failure) -> {
                        if (failure != null) {
                            LOG.debug("a session of {} stays as it is", agent, failure);
                        }
                    }));
        } catch (Refusal busy) {
            LOG.info("the sessions of {} stay as they are: {}", agent, busy.getMessage());
        }
    }

    @Override
    public void waking(String agent) {
        consolidation.stop(agent);
    }
}
