// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.api.admin.Caller;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.security.AuditMessages.Append;
import io.skep.plugin.security.AuditMessages.Entry;
import io.skep.plugin.security.AuditMessages.Erase;
import io.skep.plugin.security.AuditMessages.Erased;
import io.skep.plugin.security.AuditMessages.Find;
import io.skep.plugin.security.AuditMessages.Found;
import io.skep.plugin.security.AuditMessages.Hold;
import io.skep.plugin.security.AuditMessages.Nothing;
import io.skep.plugin.security.AuditMessages.Proof;
import io.skep.plugin.security.AuditMessages.Prove;
import io.skep.plugin.security.AuditMessages.Recorded;
import io.skep.plugin.security.AuditMessages.Report;
import io.skep.plugin.security.AuditMessages.Reported;
import io.skep.plugin.security.AuditMessages.Verified;
import io.skep.plugin.security.audit.Actor;
import io.skep.plugin.security.audit.AuditEvent;
import io.skep.plugin.security.audit.AuditRecord;
import io.skep.plugin.security.audit.Category;
import io.skep.plugin.security.audit.ComplianceReport;
import io.skep.plugin.security.audit.InclusionProof;
import io.skep.plugin.security.audit.Outcome;
import io.skep.plugin.security.audit.Page;
import io.skep.plugin.security.audit.Query;
import io.skep.plugin.security.audit.Receipt;
import io.skep.plugin.security.audit.ReportFormats;
import io.skep.plugin.security.audit.Target;
import io.skep.plugin.security.audit.Verification;
import io.skep.plugin.security.audit.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** What {@code audit_logging} answers. Thread-safe; what reads files does so on a worker. */
final class AuditOperations {
    private static final int MAX_FACTS = 30;
    private static final int DEFAULT_LIMIT = 50;
    private static final Duration SEARCH = Duration.ofSeconds(2);
    private static final int MAX_LIMIT = 200;
    private static final String VERSION = OwnVersion.get();

    private final Trail trail;
    private final Executor workers;
    private final Clock clock;
    private final Patience patience;
    private final SessionErasure sessions;

    AuditOperations(Trail trail, Executor workers, SessionErasure sessions, Clock clock) {
        this.trail = trail;
        this.workers = workers;
        this.sessions = sessions;
        this.clock = clock;
        patience = new Patience(Duration.ofSeconds(3), clock);
    }

    /**
     * Carries out an operation by its full name.
     *
     * @throws Declination saying why not
     */
    CompletionStage<?> answer(String named, IntegrationRequest request, Codec codec) {
        String data = request.data();
        Actor by = actor(request.caller());
        return switch (named) {
            case "audit_logging/append" -> append(codec.read(data, Append.class), by, request.caller());
            case "audit_logging/query" -> query(codec.read(data, Find.class), request.caller());
            case "audit_logging/verify" -> {
                Nothing asked = codec.read(data, Nothing.class);
                yield patience.ask(asked, () -> onWorker(this::verify));
            }
            case "audit_logging/prove" -> prove(codec.read(data, Prove.class));
            case "audit_logging/report" -> report(codec.read(data, Report.class));
            case "audit_logging/hold" -> hold(codec.read(data, Hold.class), by);
            case "audit_logging/erase" -> erase(codec.read(data, Erase.class), by);
            default -> throw new Declination("security does not offer " + named);
        };
    }

    private static Actor actor(@Nullable Caller caller) {
        return caller == null ? Actor.SYSTEM : Who.of(caller).actor();
    }

    private CompletionStage<Recorded> append(Append asked, Actor by, @Nullable Caller caller) {
        String action = Inputs.required("action", asked.action());
        Inputs.name("action", action);
        String type = Inputs.required("type", asked.type());
        Inputs.name("type", type);
        Inputs.text("id", asked.id(), 256);
        Map<String, String> facts = Objects.requireNonNullElse(asked.facts(), Map.of());
        if (facts.size() > MAX_FACTS) {
            throw new Declination("field \"facts\" must have at most " + MAX_FACTS + " entries");
        }
        AuditEvent event = AuditEvent.of(
                Category.API_ACTIVITY,
                by,
                action,
                new Target(type, Objects.requireNonNullElse(asked.id(), "")),
                outcome(asked.outcome()));
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            Inputs.name("facts", fact.getKey());
            event = event.fact(fact.getKey(), String.valueOf(fact.getValue()));
        }
        String tenant = caller == null ? null : caller.principal().tenant();
        return trail.append(tenant == null ? event : event.fact("tenant", tenant))
                .thenApply(AuditOperations::recorded);
    }

    private static Recorded recorded(Receipt receipt) {
        return new Recorded(receipt.seq(), receipt.hash());
    }

    private static Outcome outcome(@Nullable String word) {
        Inputs.oneOf("outcome", word, List.of("success", "failure", "denied"));
        return word == null ? Outcome.SUCCESS : Outcome.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private CompletionStage<Found> query(Find asked, @Nullable Caller by) {
        Inputs.range("limit", asked.limit(), 1, MAX_LIMIT);
        Inputs.range("after", asked.after(), 0, Long.MAX_VALUE);
        if (asked.id() != null) {
            Inputs.required("type", asked.type());
        }
        Instant from = time("from", asked.from());
        Instant to = time("to", asked.to());
        Outcome outcome = asked.outcome() == null ? null : outcome(asked.outcome());
        String tenant = tenant(asked.tenant(), by);
        return onWorker(opened -> {
            String actor = asked.actor();
            String pseudonym = actor == null ? null : opened.log().pseudonym(actor);
            Query query = new Query(
                    from,
                    to,
                    pseudonym == null ? actor : pseudonym,
                    asked.action(),
                    asked.type(),
                    asked.id(),
                    outcome,
                    tenant);
            return find(
                    opened,
                    query,
                    Objects.requireNonNullElse(asked.after(), 0L),
                    Objects.requireNonNullElse(asked.limit(), DEFAULT_LIMIT));
        });
    }

    /** The one that is asked for, or the only one that the caller may look at. */
    private static @Nullable String tenant(@Nullable String asked, @Nullable Caller by) {
        Inputs.text("tenant", asked, 64);
        if (by != null && by.isOwnOnly()) {
            throw new Declination("nobody owns what is recorded, and this caller may look only at what is its own");
        } else if (by != null && asked != null && !by.reaches(asked)) {
            throw new Declination("field \"tenant\": this caller may look at tenant " + by.tenant() + " only");
        }
        return asked == null && by != null ? by.tenant() : asked;
    }

    /** A page of the log may be empty while there are more; whoever asks is not to ask in vain, but not to wait for ever. */
    private Found find(Trail.Opened opened, Query query, long after, int limit) throws IOException {
        Instant end = clock.instant().plus(SEARCH);
        List<Entry> found = new ArrayList<>();
        long next = after;
        do {
            Page page = opened.log().query(query, next, limit - found.size());
            page.events().forEach(event -> found.add(entry(event, opened)));
            next = page.next();
        } while (next != 0 && found.size() < limit && clock.instant().isBefore(end));
        return new Found(found, next == 0 ? null : next);
    }

    private static Entry entry(AuditRecord event, Trail.Opened opened) {
        return new Entry(
                event.seq(),
                event.time().toString(),
                event.actor(),
                opened.subjects().person(event.actor()).orElse(null),
                event.action(),
                event.type(),
                event.object(),
                event.outcome(),
                event.facts());
    }

    private Verified verify(Trail.Opened opened) throws IOException {
        Trail.Place place = trail.place();
        List<Path> witnesses = trail.witnesses().files();
        Verification found =
                Verifier.verify(place.log(), place.checkpoints(), opened.log().verifyingKey(), witnesses);
        List<String> notes = new ArrayList<>(found.notes());
        notes.addAll(trail.witnesses().notes());
        String command = "java -cp BUNDLE " + Verifier.class.getName() + ' ' + place.log() + ' ' + place.checkpoints()
                + ' ' + place.checkpoints().resolve("verifier.key");
        return new Verified(
                found.isIntact(),
                found.problem() == null ? null : found.problem().toString(),
                found.segments(),
                found.events(),
                found.last(),
                found.signed(),
                witnesses.size(),
                notes,
                command);
    }

    private CompletionStage<Proof> prove(Prove asked) {
        long seq = Inputs.required("seq", asked.seq());
        return onWorker(opened -> {
            Optional<InclusionProof> proof = opened.log().prove(seq);
            return proof.map(its -> new Proof(
                            its.event(),
                            its.index(),
                            its.path(),
                            its.checkpoint(),
                            opened.log().verifyingKey().encoded()))
                    .orElseThrow(() -> new Declination("no signed checkpoint covers event " + seq + " now"));
        });
    }

    private CompletionStage<Reported> report(Report asked) {
        Instant from = Inputs.required("from", time("from", asked.from()));
        Instant to = Inputs.required("to", time("to", asked.to()));
        Inputs.text("tenant", asked.tenant(), 64);
        String format = Objects.requireNonNullElse(asked.format(), "json");
        Inputs.oneOf("format", format, List.of("json", "csv", "html"));
        return patience.ask(
                asked,
                () -> onWorker(opened -> {
                    Verification integrity = Verifier.verify(
                            trail.place().log(),
                            trail.place().checkpoints(),
                            opened.log().verifyingKey(),
                            trail.witnesses().files());
                    Duration kept = trail.settings().retention();
                    ComplianceReport report =
                            ComplianceReport.of(opened.log(), VERSION, from, to, asked.tenant(), integrity, kept);
                    String text = switch (format) {
                        case "csv" -> ReportFormats.csv(report);
                        case "html" -> ReportFormats.html(report);
                        default -> ReportFormats.json(report);
                    };
                    return new Reports(trail.place().keys().resolveSibling("reports")).keep(report, text, format);
                }));
    }

    private CompletionStage<Recorded> hold(Hold asked, Actor by) {
        String name = Inputs.required("name", asked.name());
        Instant from = time("from", asked.from());
        Instant to = time("to", asked.to());
        Inputs.text("reason", asked.reason(), 1000);
        if ((from == null) != (to == null)) {
            throw new Declination("fields \"from\" and \"to\" go together");
        }
        return this.<CompletionStage<Receipt>>onWorker(opened -> from == null || to == null
                        ? opened.log().release(name, by)
                        : opened.log().hold(name, from, to, Objects.requireNonNullElse(asked.reason(), ""), by))
                .thenCompose(stage -> stage)
                .thenApply(AuditOperations::recorded);
    }

    private CompletionStage<Erased> erase(Erase asked, Actor by) {
        String person = Inputs.required("person", asked.person());
        return this.<CompletionStage<Boolean>>onWorker(opened -> opened.log().erase(person, by))
                .thenCompose(stage -> stage)
                .thenCompose(erased -> sessions.erase(person).thenApply(items -> new Erased(erased, items)));
    }

    private static @Nullable Instant time(String field, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException wrong) {
            throw new Declination("field \"" + field + "\" must be a time in ISO 8601, such as 2026-01-31T00:00:00Z");
        }
    }

    /** Reads or writes files of the log. */
    private interface Work<T> {
        T on(Trail.Opened opened) throws IOException;
    }

    private <T> CompletionStage<T> onWorker(Work<T> work) {
        return trail.whenOpen().thenCompose(opened -> {
            try {
                return CompletableFuture.supplyAsync(() -> run(work, opened), workers);
            } catch (RejectedExecutionException full) {
                throw new Declination("too many calls wait for the audit log; come again later");
            }
        });
    }

    private static <T> T run(Work<T> work, Trail.Opened opened) {
        try {
            return work.on(opened);
        } catch (IllegalArgumentException wrong) {
            throw new Declination(String.valueOf(wrong.getMessage()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
