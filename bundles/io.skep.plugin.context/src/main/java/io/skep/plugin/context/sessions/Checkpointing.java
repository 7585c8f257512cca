// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.api.Refusal;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.context.journal.SessionLog;
import io.skep.plugin.context.journal.Surgery;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with sessions before their agent sleeps and when it wakes. Thread-safe. */
final class Checkpointing implements Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointing.class);

    private final DiskSessions sessions;
    private final Orchestrator orchestrator;
    private final Clock clock;
    private final int kept;

    Checkpointing(DiskSessions sessions, Orchestrator orchestrator, Clock clock, int kept) {
        this.sessions = sessions;
        this.orchestrator = orchestrator;
        this.clock = clock;
        this.kept = kept;
    }

    @Override
    public List<Prepared> prepare(String agent) {
        List<Prepared> done = new ArrayList<>();
        for (Session session : sessions.of(agent)) {
            if (session.isOpen()) {
                done.add(prepareOne(session.id()));
            }
        }
        return done;
    }

    /** Writes a checkpoint of one session. */
    Prepared prepareOne(String session) {
        Surgery.Written written = new Surgery(sessions.log(session)).checkpoint(clock.millis(), kept);
        return new Prepared(
                session,
                written.generation(),
                written.view().revision(),
                written.view().context().size(),
                written.bytes());
    }

    @Override
    public List<Woken> restore(String agent) {
        List<Woken> done = new ArrayList<>();
        // A session that cannot be read is not listed with its agent, but its checkpoint may say whose it is.
        for (String id : sessions.ofOrUnreadable(agent)) {
            Woken woken = restoreOne(id);
            boolean isIts = sessions.find(id)
                    .filter(session -> session.agent().equals(agent) && session.isOpen())
                    .isPresent();
            if (isIts) {
                done.add(woken);
            }
        }
        return done;
    }

    /** Sees that one session has what its newest checkpoint that is whole has. */
    Woken restoreOne(String id) {
        SessionLog log = sessions.log(id);
        Surgery.Restored restored = new Surgery(log).restore(clock.millis());
        restored.corrupt()
                .forEach(generation -> tell(
                        "context-management.checkpoint.corrupt",
                        id,
                        "checkpoint " + generation + " cannot be read; "
                                + (restored.generation() == null
                                        ? "there is no other"
                                        : "checkpoint " + restored.generation() + " was used")));
        if (restored.repaired()) {
            tell("context-management.session.repaired", id, "its file was damaged or behind its checkpoint");
        }
        SessionLog.Summary now = log.summary();
        return new Woken(
                id,
                restored.generation(),
                now.revision(),
                restored.before(),
                now.items(),
                now.tokens(),
                restored.corrupt(),
                restored.repaired());
    }

    private void tell(String type, String subject, String cause) {
        try {
            orchestrator.tell(new Notice(type, subject, cause));
        } catch (Refusal | IllegalStateException untold) {
            LOG.warn("not told: {} of {}", cause, subject, untold);
        }
    }
}
