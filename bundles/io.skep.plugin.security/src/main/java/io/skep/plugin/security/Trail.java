// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.security.audit.AuditCorruptException;
import io.skep.plugin.security.audit.AuditEvent;
import io.skep.plugin.security.audit.AuditLog;
import io.skep.plugin.security.audit.AuditSettings;
import io.skep.plugin.security.audit.Receipt;
import io.skep.plugin.security.audit.SigningKey;
import io.skep.plugin.security.audit.SubjectKeys;
import io.skep.plugin.security.audit.Witnesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log as one generation of the plugin has it. One at a time can: the generation that serves opens it, and gives
 * it up when another serves and none of its own calls needs it any more. Until it is open, events wait, within a bound.
 * Thread-safe; {@link #tend} is called by one thread.
 */
final class Trail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Trail.class);
    private static final int MAX_WAITING = 10_000;

    private final Place place;
    private final BooleanSupplier isServing;
    private final AuditSettings settings;
    private final Clock clock;
    private final Witnesses witnesses;
    private final CompletableFuture<Opened> opening = new CompletableFuture<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger users = new AtomicInteger();
    private volatile @Nullable Opened opened;
    private volatile @Nullable String trouble;
    private volatile boolean released;
    /** It is not tried again: it does not get better by itself, and to find it so reads all of a segment. */
    private volatile boolean isCorrupt;

    /**
     * Where the log is.
     *
     * @param log its directory
     * @param checkpoints where its signed checkpoints go
     * @param witnesses further directories for copies of these
     * @param keys directory of the key that signs and of the keys of persons
     * @param maxPersons of whom keys are kept, at most
     */
    record Place(Path log, Path checkpoints, List<Path> witnesses, Path keys, int maxPersons) {
        Place {
            witnesses = List.copyOf(witnesses);
        }
    }

    /**
     * The open log.
     *
     * @param log itself
     * @param subjects keys of persons
     */
    record Opened(AuditLog log, SubjectKeys subjects) {}

    Trail(Place place, BooleanSupplier isServing, AuditSettings settings, Clock clock) {
        this.place = place;
        this.isServing = isServing;
        this.settings = settings;
        this.clock = clock;
        witnesses = new Witnesses(place.witnesses());
    }

    /**
     * A call begins that may need the log; false if it was given up, and then the call is one of the generation that
     * serves now.
     */
    boolean enter() {
        users.incrementAndGet();
        if (released) {
            users.decrementAndGet();
            return false;
        }
        return true;
    }

    /** The call has ended. */
    void leave() {
        users.decrementAndGet();
    }

    /** Records an event; ends as {@link AuditLog#append}, and with an {@link IllegalStateException} if too many wait. */
    CompletionStage<Receipt> append(AuditEvent event) {
        return append(event, true);
    }

    /** The same; of an event for which nobody waits, {@link AuditLog#append(AuditEvent, boolean)}. */
    CompletionStage<Receipt> append(AuditEvent event, boolean isAwaited) {
        Opened now = opened;
        if (now != null) {
            return now.log().append(event, isAwaited);
        }
        return whenOpen().thenCompose(its -> its.log().append(event, isAwaited));
    }

    /** The log, when it is open. */
    CompletionStage<Opened> whenOpen() {
        Opened now = opened;
        if (now != null) {
            return CompletableFuture.completedFuture(now);
        }
        if (isCorrupt) {
            return CompletableFuture.failedFuture(new IllegalStateException(trouble));
        }
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new IllegalStateException(MAX_WAITING + " calls wait for the audit log already"));
        }
        return opening.whenComplete((its, failure) -> waiting.decrementAndGet());
    }

    /** Why nothing can be recorded, or null. */
    @Nullable
    String trouble() {
        Opened now = opened;
        if (now != null) {
            return now.log().stopped().map(Throwable::getMessage).orElse(null);
        }
        return isServing.getAsBoolean() ? trouble : null;
    }

    /** Opens the log when it is this generation's turn, and gives it up when that is over. */
    void tend() {
        if (isServing.getAsBoolean()) {
            if (opened == null && !released && !isCorrupt) {
                open();
            }
        } else if (opened != null && users.get() == 0) {
            released = true;
            if (users.get() == 0) {
                close();
            } else {
                released = false;
            }
        }
    }

    private void open() {
        try {
            Files.createDirectories(place.keys());
            SigningKey key = SigningKey.at(place.keys().resolve("audit.key"), "skep");
            Path persons = place.keys().resolve("persons.keys");
            SubjectKeys subjects = new SubjectKeys(persons, place.maxPersons());
            long size = Files.size(persons);
            AuditLog log = AuditLog.open(place.log(), place.checkpoints(), witnesses, key, subjects, settings, clock);
            if (Files.size(persons) != size) {
                // The generation before has added a person after they were read, and has the log no more.
                log.close();
                return;
            }
            Opened now = new Opened(log, subjects);
            opened = now;
            trouble = null;
            opening.complete(now);
        } catch (AuditCorruptException corrupt) {
            trouble = "the audit log is not as it was left: " + corrupt.getMessage();
            LOG.error("{}; nobody is let in until it is put right and the plugin started again", trouble);
            isCorrupt = true;
            opening.completeExceptionally(new IllegalStateException(trouble));
        } catch (IOException busy) {
            // As a rule the generation before is about to give it up.
            trouble = "the audit log cannot be opened: " + busy.getMessage();
            LOG.debug(trouble);
        }
    }

    boolean isOpen() {
        return opened != null && !released;
    }

    /** Removes what is older than it has to be kept, if the log is open. */
    void retain() throws IOException {
        Opened now = opened;
        if (now != null && !released) {
            now.log().retain();
        }
    }

    Place place() {
        return place;
    }

    /** Where copies of its checkpoints are. */
    Witnesses witnesses() {
        return witnesses;
    }

    AuditSettings settings() {
        return settings;
    }

    @Override
    public void close() {
        Opened now = opened;
        if (now != null) {
            try {
                now.log().close();
            } catch (IOException late) {
                LOG.warn("the audit log was not closed in time", late);
            }
        }
        witnesses.close();
        opening.completeExceptionally(new IllegalStateException("the audit log was closed"));
    }
}
