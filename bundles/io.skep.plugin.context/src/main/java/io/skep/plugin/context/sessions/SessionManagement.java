// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.parts.Means;
import io.skep.plugin.context.parts.Part;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The capability {@code session_management}. Thread-safe. */
public final class SessionManagement implements Part {
    private static final Logger LOG = LoggerFactory.getLogger(SessionManagement.class);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final Means means;
    private final SessionSettings settings;
    private final DiskSessions sessions;
    private final SessionReading reading;
    private final SessionChanging changing;
    private final Checkpointing checkpointing;
    private final Attempts attempts;

    /** Over an orchestrator. */
    public SessionManagement(Means means, SessionSettings settings, TokenCounter tokens) {
        this.means = means;
        this.settings = settings;
        sessions =
                new DiskSessions(means.directory().resolve("sessions"), means.codec(), means.clock(), settings, tokens);
        reading = new SessionReading(sessions, means.codec());
        changing = new SessionChanging(sessions, reading, means.clock(), settings);
        checkpointing = new Checkpointing(sessions, means.orchestrator(), means.clock(), settings.checkpoints());
        attempts = new Attempts(sessions, means);
    }

    /** The sessions, for the other parts. */
    public Sessions sessions() {
        return sessions;
    }

    /** What is done before an agent sleeps and when it wakes. */
    public Preparation preparation() {
        return checkpointing;
    }

    @Override
    public Capability capability() {
        return SessionOffer.CAPABILITY;
    }

    @Override
    public void start() {
        sessions.start(means.orchestrator().state().isServing());
        attempts.start();
        means.workers().repeat(LOOK, this::look);
    }

    /** Closes and erases what is old, while this generation serves; and gives memory back. */
    public void look() {
        sessions.rest(IDLE.toNanos());
        if (!means.orchestrator().state().isServing()) {
            return;
        }
        long now = means.clock().millis();
        for (Session session : sessions.all()) {
            if (session.isOpen() && isOver(settings.idle(), session.changedAt(), now)) {
                LOG.info("session {} is closed, as it has not changed for long", session.id());
                changing.close(session.id(), now);
            } else if (!session.isOpen() && isOver(settings.retention(), session.closedAt(), now)) {
                LOG.info("session {} is erased, as it was closed long ago", session.id());
                sessions.erase(session.id());
            }
        }
    }

    private static boolean isOver(Duration time, @Nullable Long since, long now) {
        return !time.isZero() && since != null && now - since > time.toMillis();
    }

    @Override
    public CompletionStage<?> answer(String operation, IntegrationRequest request) {
        Reach reach = Reach.of(request, means.orchestrator().agents());
        if (operation.equals("append")) {
            Requests.Append asked = read(request, Requests.Append.class);
            return means.workers().supply(() -> changing.append(reach, asked)).thenCompose(done -> done);
        }
        return later(operation, reach, request);
    }

    private <T> T read(IntegrationRequest request, Class<T> type) {
        return means.codec().read(request.data(), type);
    }

    private CompletionStage<?> later(String operation, Reach reach, IntegrationRequest request) {
        return switch (operation) {
            case "list" -> with(request, Requests.Listing.class, asked -> reading.list(reach, asked));
            case "show" -> with(request, Requests.One.class, asked -> reading.show(reach, asked));
            case "items" -> with(request, Requests.Items.class, asked -> reading.items(reach, asked));
            case "versions" -> with(request, Requests.One.class, asked -> reading.versions(reach, asked));
            case "export" -> with(request, Requests.Export.class, asked -> reading.export(reach, asked));
            case "open" -> with(request, Requests.Open.class, asked -> changing.open(reach, asked));
            case "restore" -> with(request, Requests.Restore.class, asked -> changing.restore(reach, asked));
            case "fork" -> with(request, Requests.Fork.class, asked -> changing.fork(reach, asked));
            case "close" -> with(request, Requests.Close.class, asked -> changing.close(reach, asked));
            case "access" -> with(request, Requests.Access.class, asked -> changing.access(reach, asked));
            case "pin" -> with(request, Requests.Pin.class, asked -> changing.pin(reach, asked));
            case "erase" -> with(request, Requests.Erase.class, asked -> changing.erase(reach, asked));
            case "checkpoint" -> with(request, Requests.One.class, asked -> checkpoint(reach, asked));
            case "recover" -> with(request, Requests.One.class, asked -> recover(reach, asked));
            default -> throw new Declination("there is no operation " + operation);
        };
    }

    private interface Answering<T> {
        Object to(T asked);
    }

    /** Decodes at once, and answers on a thread that may read and write files. */
    private <T> CompletableFuture<Object> with(IntegrationRequest request, Class<T> type, Answering<T> answering) {
        T asked = read(request, type);
        return means.workers().supply(() -> answering.to(asked));
    }

    private Results.Checkpointed checkpoint(Reach reach, Requests.One asked) {
        Session session = reading.seen(reach, "session", asked.session());
        reach.checkChanges(session);
        Preparation.Prepared done = checkpointing.prepareOne(session.id());
        return new Results.Checkpointed(done.session(), done.generation(), done.revision(), done.items(), done.bytes());
    }

    private Results.Recovered recover(Reach reach, Requests.One asked) {
        Session session = reading.seen(reach, "session", asked.session());
        reach.checkChanges(session);
        Preparation.Woken woken = checkpointing.restoreOne(session.id());
        return new Results.Recovered(
                SessionReading.about(
                        DiskSessions.session(sessions.log(session.id()).summary())),
                woken.generation(),
                woken.before(),
                woken.corrupt(),
                woken.repaired());
    }

    @Override
    public @Nullable String trouble() {
        return attempts.trouble();
    }

    @Override
    public void close() {
        attempts.close();
        sessions.close();
    }
}
